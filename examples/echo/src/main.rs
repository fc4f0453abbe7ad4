//! Serves the echo application: `echo [--host HOST] [--port PORT] [--cert FILE --key FILE] [--limits]`, and what else `--help` lists.

#[avocet::main]
async fn main() -> avocet::Result<()> {
    echo::app().run().await
}
