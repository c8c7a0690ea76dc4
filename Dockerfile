# One image for web, worker and beat (see Procfile). It holds the code and the static files, and no state.

FROM node:24-slim AS packages
WORKDIR /sugm
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=config.settings SUGM_ENV=production SUGM_HOME=/srv/sugm
WORKDIR /sugm
COPY requirements/base.txt requirements/
RUN pip install --require-hashes -r requirements/base.txt
COPY . .
# The settings want to know where everything is, also for copying static files: nothing is connected to here.
RUN --mount=type=bind,from=packages,source=/sugm/node_modules,target=node_modules \
    python -m config.assets \
    && python -m config.messages compile \
    && SECRET_KEY=$(head -c 48 /dev/urandom | base64) ALLOWED_HOSTS=none \
       EVIDENCE_KEYS=$(head -c 32 /dev/urandom | base64 | tr +/ -_) \
       DATABASE_URL=postgres://nobody@localhost/none BROKER_URL=memory:// CACHE_URL=redis://none \
       python manage.py collectstatic --noinput \
    && useradd --system --home-dir /srv/sugm sugm \
    && mkdir -p /srv/sugm/files \
    && chown sugm: /srv/sugm /srv/sugm/files
USER sugm
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--timeout", "120", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
