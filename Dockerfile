# A small image of the program alone:
#
#     docker build -t group-picture .
#     docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" group-picture prepare photos --out pictures
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
# The roots that the API's certificate is checked against.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin group-picture
COPY --from=build /src/target/release/group-picture /usr/local/bin/
COPY LICENSE-MIT LICENSE-APACHE crates/prep/models/LICENSE-libfacedetection /usr/share/doc/group-picture/
USER 10001
WORKDIR /work
ENTRYPOINT ["group-picture"]
CMD ["--help"]
