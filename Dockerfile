# The guide in a container that can write nothing and needs no rights.
# "slim" is Debian: its C library can overwrite memory as it frees it (docs/hardening.md). Alpine's cannot, so do not change it.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir build && python -m build --wheel --outdir /wheels \
 && pip install --no-cache-dir --constraint constraints.txt --prefix /guide "$(echo /wheels/*.whl)[telegram-desk]"

FROM python:3.13-slim
COPY --from=build /guide /usr/local
RUN useradd --system --uid 10001 --shell /usr/sbin/nologin guide
USER guide
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8080
ENTRYPOINT ["dhaal"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
