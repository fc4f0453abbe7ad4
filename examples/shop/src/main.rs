//! Serves the shop: `shop [--host HOST] [--port PORT]`; `--help` lists the other options.

#[avocet::main]
async fn main() -> avocet::Result<()> {
    shop::app().run().await
}
