"""The way in and out of the desk."""

from statistics import median
from time import perf_counter

import pytest
from httpx import Response

from bot.desks.web_desk import Role
from bot.desks.web_desk.logins import IDLE, LONGEST
from bot.desks.web_desk.tries import ALL, EACH

from .stage import PASSWORD, SITE, Helper, Stage

IN = "/desk/"


def _inside(answer: Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"] == IN


async def _joined(kept: Stage, name: str = "asha", role: Role = Role.AGENT) -> Helper:
    helper = kept.helper()
    assert _inside(await helper.join(name, role))
    await helper.begin()
    kept.time.passed += 60  # the code of joining is used
    return helper


async def test_an_invitation_leads_in(kept: Stage) -> None:
    """Password, code and promise: then one sits at the desk, and the link is dead."""
    helper = kept.helper()
    code = kept.desk.floor.accounts.invite("asha", Role.AGENT)
    assert _inside(await helper.join("asha"))
    assert (await helper.get("/")).status_code == 200
    assert (await kept.helper().get(f"/welcome/{code}")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({"password": "asha asha asha", "again": "asha asha asha"}, "may not hold your name"),
        ({"again": "another password"}, "not the same"),
        ({"code": "000000"}, "The code is not right"),
        ({"promise": ""}, "Without the promise"),
    ],
)
async def test_a_mistake_keeps_the_invitation(kept: Stage, fields: dict[str, str], said: str) -> None:
    """What is wrong is said, nobody is let in, and one can try again."""
    helper = kept.helper()
    answer = await helper.join("asha", Role.AGENT, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept.desk.floor.accounts.agent("asha") is None
    assert _inside(await helper.join("asha"))


async def test_the_key_is_the_same_each_time_the_link_is_opened(kept: Stage) -> None:
    """Who opens the link again sees the picture that the app has scanned."""
    code = kept.desk.floor.accounts.invite("asha", Role.AGENT)
    one, two = [await kept.helper().get(f"/welcome/{code}") for _ in range(2)]
    assert one.text.partition("<svg")[2].partition("</svg>")[0] == two.text.partition("<svg")[2].partition("</svg>")[0]


async def test_signing_in(kept: Stage) -> None:
    """Name, password and code open the desk; the name in any capitals, the code with a space."""
    helper = await _joined(kept)
    await helper.post("/sign-out")
    code = helper.code()
    assert (await helper.get("/")).status_code == 303
    assert _inside(await helper.sign_in("ASHA", code=f"{code[:3]} {code[3:]}"))
    assert (await helper.get("/")).status_code == 200


async def test_whatever_is_wrong_the_answer_is_the_same(kept: Stage) -> None:
    """A name that nobody has, a wrong password and a wrong code are answered alike, letter by letter."""
    helper = await _joined(kept)
    other = kept.helper()
    other.key = helper.key
    answers = [
        await other.sign_in("asha", "a wrong password"),
        await other.sign_in("asha", code="000000"),
        await other.sign_in("asha", code=""),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    nobody = await other.sign_in("nobo", code="000000")
    assert nobody.text.replace("nobo", "asha") == answers[0].text


async def test_whoever_it_is_takes_as_long(kept: Stage) -> None:
    """A name that nobody has takes about as long as one that somebody has."""
    await _joined(kept)

    async def tried(name: str) -> float:
        took = []
        for _ in range(5):
            helper = kept.helper()
            await helper.get("/sign-in")
            begun = perf_counter()
            await helper.post("/sign-in", name=name, password=PASSWORD[::-1], code="000000")
            took.append(perf_counter() - begun)
        return median(took)

    known, unknown = await tried("asha"), await tried("nobody")
    assert 1 / 3 < known / unknown < 3


async def test_a_code_works_once(kept: Stage) -> None:
    """A code that was read over a shoulder lets nobody in."""
    helper, thief = await _joined(kept), kept.helper()
    code = helper.code()
    await helper.post("/sign-out")
    assert _inside(await helper.sign_in("asha", code=code))
    assert (await thief.sign_in("asha", code=code)).status_code == 403
    kept.time.passed += 30
    assert _inside(await thief.sign_in("asha", code=helper.code()))


async def test_an_earlier_code_does_not_work_after_a_later_one(kept: Stage) -> None:
    """Once a code was used, those before it are dead too."""
    helper, thief = await _joined(kept), kept.helper()
    await helper.post("/sign-out")
    assert _inside(await helper.sign_in("asha", code=helper.code(ahead=1)))
    assert (await thief.sign_in("asha", code=helper.code())).status_code == 403


async def test_a_name_has_few_tries(kept: Stage) -> None:
    """After five, even the right password is not tried for five minutes; other names are."""
    helper = await _joined(kept)
    other = kept.helper()
    for _ in range(EACH):
        await other.sign_in("asha", "a wrong password", "000000")
    other.key = helper.key
    assert (await other.sign_in("Asha")).status_code == 429
    assert (await other.sign_in("bob", code="000000")).status_code == 403
    kept.time.passed += 301
    assert _inside(await other.sign_in("asha"))


async def test_all_together_have_a_bound(kept: Stage) -> None:
    """Many names from many places do not get round it, and nobody's password is looked at then."""
    for number in range(ALL):
        assert kept.desk._doors._tries.more(f"name{number}")  # noqa: SLF001
    begun = perf_counter()
    assert (await kept.helper().sign_in("bob", code="000000")).status_code == 429
    assert perf_counter() - begun < 1


async def test_the_cookie_is_for_this_site_alone(kept: Stage, stage: Stage) -> None:
    """Out of reach of scripts and of other sites, over https alone, below /desk, and gone with the browser's session."""
    answer = await kept.helper().join("asha")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Secure-desk=")
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/desk", "samesite=strict", "secure"}
    trial = await stage.helper().client.get(stage.desk.invitation())
    assert trial.headers["set-cookie"].startswith("desk=")
    assert "secure" not in trial.headers["set-cookie"].lower()


async def test_signing_in_changes_the_cookie(kept: Stage) -> None:
    """What was in the cookie before is worth nothing afterwards: nobody can prepare a browser for somebody else."""
    helper = await _joined(kept)
    before = helper.client.cookies["__Secure-desk"]
    await helper.post("/sign-out")
    await helper.sign_in("asha")
    assert helper.client.cookies["__Secure-desk"] != before
    assert kept.desk.floor.logins.find(before) is None


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "https://desk.example.evil.example", "file://desk.example"]
)
async def test_another_site_can_send_nothing(kept: Stage, origin: str) -> None:
    """A form from elsewhere is refused, even with the right stamp."""
    helper = await _joined(kept)
    assert (await helper.post("/room", origin, room="no")).status_code == 403
    assert kept.exchange.back.room
    assert (await helper.post("/sign-in", origin, name="asha", password=PASSWORD, code=helper.code())).status_code == 403


async def test_a_form_needs_its_stamp(kept: Stage) -> None:
    """Our own page shows what only it could know; another helper's will not do."""
    helper, other = await _joined(kept), await _joined(kept, "bob")
    for stamp in ("", "0" * 64, other.stamp):
        assert (await helper.post("/room", stamp=stamp, room="no")).status_code == 403
    assert kept.exchange.back.room
    helper.stamp = helper.stamp or other.stamp
    assert (await helper.post("/room", room="no")).status_code == 204
    assert not kept.exchange.back.room


async def test_the_public_address_counts_as_ours(kept: Stage) -> None:
    """Behind a proxy that names another host, forms from the public address are taken."""
    kept.desk._doors.public_url = "https://guide.example"  # noqa: SLF001
    helper = await _joined(kept)
    assert (await helper.post("/here", "https://guide.example")).status_code == 204
    assert (await helper.post("/here", "https://other.example")).status_code == 403


async def test_every_answer_has_the_policy(kept: Stage) -> None:
    """Pages, files, redirects and errors: nothing from elsewhere, no inline script, no frame, nothing stored."""
    helper = await _joined(kept)
    for path in ("/", "/sign-in", "/people", "/nowhere", "/static/desk.js", "/static/../x", "/stream?tab=x"):
        answer = await helper.client.get(f"/desk{path}")
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_login_ends_when_nothing_is_done(kept: Stage) -> None:
    """Half an hour without a hand: signed out. With one, it goes on."""
    helper = await _joined(kept)
    kept.time.passed += IDLE - 61
    assert (await helper.post("/here")).status_code == 204
    kept.time.passed += IDLE - 1
    assert (await helper.post("/here")).status_code == 204
    kept.time.passed += IDLE
    assert (await helper.get("/")).status_code == 303


async def test_a_login_ends_after_a_day_of_work(kept: Stage) -> None:
    """After 12 hours, whatever one does."""
    helper = await _joined(kept)
    begun = kept.time.passed - 60
    while kept.time.passed < begun + LONGEST - 1000:
        kept.time.passed += 900
        assert (await helper.post("/here")).status_code == 204
    kept.time.passed = begun + LONGEST
    assert (await helper.get("/")).status_code == 303


async def test_signing_out_ends_it(kept: Stage) -> None:
    """The old cookie opens nothing, and the shift is written down."""
    helper = await _joined(kept)
    cookie = helper.client.cookies["__Secure-desk"]
    assert (await helper.post("/sign-out")).status_code == 303
    assert kept.desk.floor.logins.find(cookie) is None
    assert [shift.name for shift in kept.desk.floor.shifts.last()] == ["asha"]


async def test_a_removed_helper_is_out_at_once(kept: Stage) -> None:
    """Removed by `dhaal agents` in another program: the next request is nobody's."""
    helper = await _joined(kept)
    from bot.desks.web_desk import Accounts  # noqa: PLC0415 - another program

    Accounts(kept.desk.floor.accounts.path).remove("asha")
    assert (await helper.get("/")).status_code == 303
    assert (await helper.post("/here")).status_code in {303, 401}
    await kept.desk.floor.tick()
    assert list(kept.desk.floor.logins) == []


async def test_the_trials_link_works_once(stage: Stage) -> None:
    """It lets the first helper in as a lead, without a password, and says so; then it is dead."""
    path, helper = stage.desk.invitation(), stage.helper()
    assert _inside(await helper.client.get(path))
    page = await helper.get("/")
    assert "This is a trial" in page.text
    assert "Helpers and shifts" in page.text
    assert stage.desk.invitation() == ""
    assert (await stage.helper().client.get(path)).status_code == 404


@pytest.mark.parametrize(("method", "headers"), [("HEAD", {}), ("GET", {"sec-purpose": "prefetch;prerender"})])
async def test_looking_ahead_does_not_use_the_link(stage: Stage, method: str, headers: dict[str, str]) -> None:
    """A browser that fetches what its owner may open does not use the link up."""
    await stage.helper().client.request(method, stage.desk.invitation(), headers=headers)
    assert _inside(await stage.helper().client.get(stage.desk.invitation()))


async def test_nobody_signs_in_as_the_first_helper(stage: Stage, first: Helper) -> None:
    """The trial's first helper has no password, so no password opens that door."""
    thief = stage.helper()
    assert (await thief.sign_in("first", "", "")).status_code == 403
    assert (await thief.sign_in("first", "nobody has this password", "000000")).status_code == 403


async def test_strangers_see_nothing(kept: Stage) -> None:
    """Without a login each door leads to the way in, or says that one is signed out."""
    stranger = kept.helper()
    for path in ("/", "/people", "/stream?tab=" + "0" * 32):
        assert (await stranger.get(path)).headers["location"] == "/desk/sign-in"
    await stranger.get("/sign-in")
    for path in (
        "/take",
        "/tell",
        "/cards",
        "/card",
        "/send",
        "/end",
        "/pass",
        "/read",
        "/room",
        "/self",
        "/here",
        "/people/invite",
    ):
        answer = await stranger.client.post(f"/desk{path}", data={}, headers={"origin": SITE, "x-desk-stamp": stranger.stamp})
        assert answer.status_code == 401


async def test_there_is_no_door_to_the_past(kept: Stage) -> None:
    """No history, no export, no search: these are all the doors (R67)."""
    routes = {route.path for route in kept.desk._open() + kept.desk._inside()}  # type: ignore[attr-defined]  # noqa: SLF001
    assert routes == {
        "/", "/sign-in", "/welcome/{code}", "/static/{name}", "/stream", "/people", "/people/invite", "/people/remove", "/take",
        "/tell", "/cards", "/card", "/send", "/end", "/pass", "/read", "/room", "/self", "/here", "/sign-out",
    }  # fmt: skip


async def test_the_last_slash_can_be_left_out(kept: Stage) -> None:
    """/desk leads to /desk/, relative to where the guide is mounted."""
    answer = await kept.helper().client.get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "desk/")


async def test_leads_invite_and_remove(kept: Stage) -> None:
    """A lead makes a link that works, and removes a helper, who is signed out at once; helpers cannot."""
    lead = await _joined(kept, "lena", Role.LEAD)
    await lead.get("/people")
    page = await lead.post("/people/invite", name="bob")
    link = page.text.partition(f"{SITE}/desk")[2].partition("<")[0]
    assert kept.desk.floor.accounts.invitation(link.removeprefix("/welcome/"))
    bob = await _joined(kept, "bob")
    assert (await bob.get("/people")).status_code == 404
    assert (await bob.post("/people/remove", name="lena")).status_code == 403
    assert (await bob.post("/people/invite", name="eve")).status_code == 403
    await lead.get("/people")
    assert "is removed" in (await lead.post("/people/remove", name="bob")).text
    assert (await bob.get("/")).status_code == 303
    assert "cannot remove yourself" in (await lead.post("/people/remove", name="LENA")).text
    assert "bob" in (await lead.get("/people")).text.partition("Shifts</h2>")[2]
    assert "no name for a helper" in (await lead.post("/people/invite", name="a b")).text


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"a" * 40_000, b"&".join(b"a=b" for _ in range(100)), b"stamp=" + b"0" * 64]
)
async def test_odd_bodies_are_refused(kept: Stage, body: bytes) -> None:
    """Whatever is posted, the answer is a refusal and not a failure."""
    helper = await _joined(kept)
    headers = {"origin": SITE, "content-type": "application/x-www-form-urlencoded"}
    assert (await helper.client.post("/desk/tell", content=body, headers=headers)).status_code == 403
    assert (
        await helper.client.post("/desk/tell", content=body, headers={"origin": SITE, "content-type": "text/plain"})
    ).status_code == 403
