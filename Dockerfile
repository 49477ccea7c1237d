FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
# What decides the packages comes first, so that a change of code does not restore them again.
COPY .editorconfig Directory.Build.props Directory.Packages.props ./
COPY src/Fanz.Ledger/Fanz.Ledger.csproj src/Fanz.Ledger/
COPY src/Fanz.Ledger.Postgres/Fanz.Ledger.Postgres.csproj src/Fanz.Ledger.Postgres/
COPY src/Fanz.Ledger.Host/Fanz.Ledger.Host.csproj src/Fanz.Ledger.Host/
RUN dotnet restore src/Fanz.Ledger.Host
COPY src src
RUN dotnet publish src/Fanz.Ledger.Host --configuration Release --no-restore --output /ledger

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /ledger
COPY --from=build /ledger .
# Inside a container every address is foreign: whoever publishes the port speaks TLS, or keeps it on loopback.
ENV LEDGER_URLS=http://0.0.0.0:5480 LEDGER_ALLOW_PLAIN=true
# Files for banks outlive the container: mount something there.
RUN mkdir /outbox /state && chown $APP_UID /outbox /state
# So do the key that signs checkpoints, and the checkpoints.
ENV LEDGER_OUTBOX=/outbox LEDGER_HOME=/state
EXPOSE 5480
USER $APP_UID
# The image has no curl; its bash can ask by itself.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/5480 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["./ledger"]
CMD ["serve"]
