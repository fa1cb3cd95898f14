#!/bin/sh
# Install Debian's Chromium and its driver for the browser tests, where they are missing and this user may.
command -v chromedriver >/dev/null 2>&1 && { command -v chromium || command -v google-chrome || command -v chromium-browser; } >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run="sudo"; else run="no"; fi
  if [ "$run" != no ]; then
    $run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq chromium chromium-driver fonts-noto-core >/dev/null && exit 0
  fi
fi
echo "No Chromium here, and it could not be installed: the browser tests will be skipped (in CI they fail)." >&2
exit 0
