//! What `#[avocet::main]` runs.

use std::future::Future;
use std::time::Duration;

/// How long blocking threads may keep running at the end of a program.
const LAST_WORK: Duration = Duration::from_secs(1);

/// Runs a program's future to completion. Blocking threads then have one second to finish; the runtime alone would wait
/// without a limit, when signals are no longer handled.
///
/// # Panics
/// If the system cannot create the runtime's threads.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(future);
            runtime.shutdown_timeout(LAST_WORK);
            outcome
        }
        Err(error) => panic!("the runtime cannot start: {error}"),
    }
}
