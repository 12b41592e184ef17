# One image for web, worker, beat and sandbox: the command says which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 BROADCASTER_HOME=/data
WORKDIR /app

# in a layer of its own: the code changes every day, the dependencies do not
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
# editable, so that templates/ and config/ are found beside the code
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --create-home --uid 1000 broadcaster \
    && install -d -o broadcaster /data

USER broadcaster
VOLUME /data
EXPOSE 8025
ENTRYPOINT ["broadcaster"]
CMD ["web"]
