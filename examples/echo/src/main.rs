//! Serves the echo application: `echo [--host HOST] [--port PORT] [--limits]`.

mod options;

use options::Options;

#[avocet::main]
async fn main() -> avocet::Result<()> {
    let Some(options) = Options::from_arguments()? else {
        return Ok(());
    };
    echo::app()
        .serve(format!("{}:{}", options.host, options.port))
        .await
}
