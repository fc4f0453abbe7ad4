//! Runs an application with its settings.

use std::io;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::{Program, Settings};
use crate::app::{App, Result};
use crate::docs;
use crate::observe::{LogWriter, lines_lost};

impl App {
    /// Runs the program: reads its [`Settings`] from arguments, environment and file, and serves with them until Ctrl-C or
    /// SIGTERM. `--help`, `--limits` and `--openapi` print their output instead.
    ///
    /// # Errors
    /// Invalid settings, all in one error; a [`BuildError`](crate::BuildError); or an address that the server cannot
    /// listen on.
    ///
    /// ```no_run
    /// use avocet::prelude::*;
    ///
    /// #[get("/")]
    /// async fn hello() -> &'static str { "Hello" }
    ///
    /// #[avocet::main]
    /// async fn main() -> avocet::Result<()> {
    ///     App::new("Hello", "1.0.0").routes(routes![hello]).run().await
    /// }
    /// ```
    pub async fn run(self) -> Result<()> {
        let name = std::env::args_os().next().unwrap_or_default();
        let name = std::path::Path::new(&name).file_name().unwrap_or_default();
        let about = format!("{} {}", self.title, self.version);
        let program = Program::new(name.to_string_lossy(), about).limits(self.limits.clone());
        match program.load()? {
            Some(settings) => self.run_with(settings).await,
            None => Ok(()),
        }
    }

    /// Runs the program with loaded settings: logs at their level, unless a `tracing` subscriber is
    /// already installed, and serves on their addresses with their limits. The pages of `--websocket-origins` may open a WebSocket to
    /// every route, also to a route with its own list.
    ///
    /// With `--openapi`, it builds the application and prints its document instead. Nothing starts: state that takes long to make belongs into
    /// [`App::provide`].
    ///
    /// The log is written to standard error through a queue: if it is not read, lines are dropped and counted, and the server continues.
    ///
    /// # Errors
    /// A [`BuildError`](crate::BuildError), or an address that the server cannot listen on.
    ///
    /// ```no_run
    /// # async fn run() -> avocet::Result<()> {
    /// use avocet::{App, Settings};
    ///
    /// let Some(settings) = Settings::program("shop", "Sells things.").load()? else {
    ///     return Ok(());
    /// };
    /// App::new("Shop", "1.0.0").run_with(settings).await
    /// # }
    /// ```
    pub async fn run_with(mut self, settings: Settings) -> Result<()> {
        if settings.asks_for_document {
            docs::print(self.build()?.openapi())?;
            return Ok(());
        }
        let log = LogWriter::to(io::stderr(), lines_lost)?;
        let writer = log.clone();
        // An existing subscriber takes precedence.
        let _ = tracing_subscriber::registry()
            .with(levels(settings.log_level()))
            .with(tracing_subscriber::fmt::layer().with_writer(move || writer.clone()))
            .try_init();
        self.limits = settings.limits(self.limits);
        if let Some(directory) = settings.upload_dir() {
            self = self.upload_dir(directory);
        }
        self = self.map_websocket_origins(|origins| settings.websocket_origins(origins));
        let served = self.serve(settings.server()).await;
        log.finish();
        served
    }
}

/// Returns the log filter. h2 warns of every invalid frame of a client: that does not help an operator, and can
/// fill a disk.
fn levels(most: LevelFilter) -> Targets {
    let of_frames = if most >= LevelFilter::DEBUG {
        most
    } else {
        most.min(LevelFilter::ERROR)
    };
    Targets::new()
        .with_default(most)
        .with_target("h2", of_frames)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[cfg(feature = "websocket")]
    #[test]
    fn origins_of_the_operator_join_those_of_the_application_and_of_each_route() {
        use crate::Settings;
        use crate::operation::{Operation, Origins};
        use crate::route::Route;
        use crate::websocket::Socket;

        let route = |path, origins: Option<Origins>| -> Route {
            let operation = Operation::websocket(path);
            let operation = match origins {
                Some(origins) => operation.origins(origins),
                None => operation,
            };
            operation.handle_websocket((Socket::<String>::new(),), |(_,)| async {})
        };
        let listed = Origins::same_host().allow("https://route.example.com");
        let app = App::new("Origins", "1.0.0")
            .routes([route("/app", None), route("/listed", Some(listed.clone()))]);
        let arguments = ["--websocket-origins", "https://A.example.com, null"];
        let settings = Settings::program("origins", "").load_from(arguments, []);
        let settings = settings.expect("good settings").expect("no question");

        let app = app.map_websocket_origins(|origins| settings.websocket_origins(origins));
        let both = |origins: Origins| origins.allow("https://a.example.com").allow("null");
        assert_eq!(app.websocket_origins, both(Origins::same_host()));
        let origins = |index: usize| {
            app.routes[index]
                .operation()
                .websocket
                .as_ref()?
                .origins
                .clone()
        };
        assert_eq!(origins(0), None);
        assert_eq!(origins(1), Some(both(listed)));
    }

    #[test]
    fn frames_are_no_news_until_somebody_asks() {
        for (most, told) in [
            (LevelFilter::OFF, false),
            (LevelFilter::WARN, false),
            (LevelFilter::INFO, false),
            (LevelFilter::DEBUG, true),
        ] {
            let levels = levels(most);
            assert_eq!(levels.would_enable("h2::proto", &Level::WARN), told);
            let ours = most >= LevelFilter::WARN;
            assert_eq!(levels.would_enable("avocet::serve", &Level::WARN), ours);
        }
    }
}
