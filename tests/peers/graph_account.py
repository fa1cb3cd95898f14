"""What Meta knows of one number, its app and its token. All of it is well until a test changes it."""

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

VERSION: Final = "v23.0"
PHONE_ID: Final = "106540352242922"
ACCOUNT_ID: Final = "102290129340398"
APP_ID: Final = "670843887433847"
NUMBER: Final = "15550783881"
TOKEN: Final = "EAAJThePeerOpensForThisAlone"  # noqa: S105 - opens nothing
APP_SECRET: Final = "0123456789abcdef0123456789abcdef"  # noqa: S105 - guards nothing
VERIFY_TOKEN: Final = "a-word-that-the-peer-shows"  # noqa: S105 - guards nothing
SITE: Final = "https://guide.example"
SCOPES: Final = ("whatsapp_business_management", "whatsapp_business_messaging")


def number_info() -> Json:
    """Say what a number tells of itself."""
    return {
        "display_phone_number": "+1 555-078-3881",
        "verified_name": "Guide",
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "account_mode": "LIVE",
        "throughput": {"level": "STANDARD"},
        "webhook_configuration": {"application": f"{SITE}/hooks/whatsapp"},
    }


def profile() -> Json:
    """Say what people see of the number."""
    return {"about": "A guide.", "description": "Answers questions.", "websites": [f"{SITE}/"], "vertical": "OTHER"}


def number_settings() -> Json:
    """Say how the number is set up: Meta keeps nothing longer than it must. Its published schema does not know that yet."""
    calling = {
        "status": "disabled",
        "call_icon_visibility": "hidden",
        "ip_addresses": {"default": []},
        "callback_permission_status": "disabled",
    }
    return {"calling": calling, "storage_configuration": {"status": "no_storage_enabled", "retention_minutes": 60}}


def token_info() -> Json:
    """Say what `debug_token` tells of a token that does not end."""
    granular = [{"scope": scope, "target_ids": [ACCOUNT_ID]} for scope in SCOPES]
    return {
        "app_id": APP_ID, "type": "SYSTEM_USER", "application": "Guide", "is_valid": True, "expires_at": 0,
        "data_access_expires_at": 0, "scopes": [*SCOPES], "granular_scopes": granular,
    }  # fmt: skip


def subscriptions() -> list[Json]:
    """Say where the app's webhooks go."""
    fields = [{"name": "messages", "version": VERSION}]
    return [
        {
            "object": "whatsapp_business_account",
            "callback_url": f"{SITE}/hooks/whatsapp",
            "active": True,
            "fields": fields,
        }
    ]


def apps() -> list[Json]:
    """Say which apps hear of the account."""
    return [{"whatsapp_business_api_data": {"id": APP_ID, "name": "Guide", "link": f"{SITE}/"}}]


@dataclass(eq=False)
class Account:
    """The number, its app and its token; a test may change anything."""

    phone_id: str = PHONE_ID
    account_id: str = ACCOUNT_ID
    app_id: str = APP_ID
    number: str = NUMBER
    token: str = TOKEN
    app_secret: str = APP_SECRET
    verify_token: str = VERIFY_TOKEN
    number_info: Json = field(default_factory=number_info)
    profile: Json = field(default_factory=profile)
    number_settings: Json = field(default_factory=number_settings)
    token_info: Json = field(default_factory=token_info)
    subscriptions: list[Json] = field(default_factory=subscriptions)
    apps: list[Json] = field(default_factory=apps)
