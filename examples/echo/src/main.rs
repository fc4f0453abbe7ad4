//! Serves the echo application: `echo [--host HOST] [--port PORT] [--cert FILE --key FILE] [--limits]`; `--help` lists the other options.

#[avocet::main]
async fn main() -> avocet::Result<()> {
    echo::app().run().await
}
