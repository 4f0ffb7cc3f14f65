# One image for web and workers; what a container may do is decided by its command and by what is mounted into it.
# torch from the ordinary index is the CUDA build on x86-64; for machines without a GPU:
#   docker build --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cpu .
FROM python:3.11-slim-bookworm

ARG TORCH_INDEX=
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    SITTER_DATA=/data SITTER_WEIGHTS=/srv/weights NUMBA_CACHE_DIR=/tmp/numba

RUN apt-get update \
 && apt-get install -y --no-install-recommends libegl1 libgles2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home sitter \
 && install -d -o sitter -g sitter -m 0700 /data /data/keys \
 && install -d -o sitter -g sitter /srv/weights

WORKDIR /srv/sitter
# torch first, then the whole lock without dependencies: docs/decisions/0002-dependencies.md
COPY requirements/lock.txt requirements/lock.txt
RUN pip install ${TORCH_INDEX:+--index-url ${TORCH_INDEX}} -c requirements/lock.txt "$(grep '^torch==' requirements/lock.txt)" \
 && pip install --no-deps -r requirements/lock.txt

COPY generation generation
USER sitter
RUN python -m generation weights fetch

COPY . .
EXPOSE 8000
CMD ["gunicorn", "webapp.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "120", "--access-logfile", "-"]
