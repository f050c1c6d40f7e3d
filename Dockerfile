# docker build -t fulfillspec . && docker run --rm -e FULFILLSPEC_MERCHANT_TOKEN -e FULFILLSPEC_SERVICE_TOKEN \
#   -v "$PWD/reports:/reports" fulfillspec run --base-url http://host.docker.internal:8080 --out /reports/run
FROM python:3.13-slim
WORKDIR /suite
COPY pyproject.toml README.md LICENSE conftest.py ./
COPY fulfillspec fulfillspec
COPY suites suites
COPY schemas schemas
COPY fixtures fixtures
RUN pip install --no-cache-dir . && mkdir /reports && chown 1000:1000 /reports
USER 1000:1000
WORKDIR /reports
EXPOSE 8080
ENTRYPOINT ["fulfillspec"]
CMD ["--help"]
