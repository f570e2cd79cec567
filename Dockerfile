# The line of Python the whole suite runs on; security fixes come with `docker compose build --pull`. Every dependency
# is a wheel, so nothing is compiled and no build tools are needed.
FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="clienthealth" \
      org.opencontainers.image.description="Client-relationship health tracker for agencies"

# A user without a name anywhere else and without a home. Its only folder is the one for data.
RUN groupadd --gid 10001 clienthealth \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin clienthealth \
    && install --directory --owner 10001 --group 10001 --mode 0700 /data

WORKDIR /app

# Before the sources, so that a change of code installs nothing anew.
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action ignore \
    --require-hashes --only-binary :all: -r requirements/runtime.txt

# Compiled here, because no process may write into this folder later.
COPY . .
RUN python -m compileall -q .

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000

USER 10001:10001
EXPOSE 8000

# Alive, not ready: a web server whose database is away answers 503 and needs no restart. Watch /readyz from outside.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]

CMD ["python", "manage.py", "serve"]
