//! Functions that macro-generated code calls. Not public API: it changes with the macros, without notice.

#[path = "private/constants.rs"]
mod constants;
#[path = "private/describe.rs"]
mod describe;
#[path = "private/errors.rs"]
mod errors;
#[path = "private/events.rs"]
mod events;
#[path = "private/flat.rs"]
mod flat;
#[path = "private/foreign.rs"]
mod foreign;
#[path = "private/newtype.rs"]
mod newtype;
#[path = "private/read.rs"]
mod read;
#[path = "private/sources.rs"]
mod sources;
#[path = "private/units.rs"]
mod units;
#[path = "private/untagged.rs"]
mod untagged;
#[path = "private/write.rs"]
mod write;
#[path = "private/yielder.rs"]
mod yielder;

pub use avocet_macros::stream_at;
pub use http;
pub use serde;

// These modules export only items that the macros use.
pub use constants::*;
pub use describe::*;
pub use errors::*;
pub use events::*;
pub use flat::*;
pub use foreign::*;
pub use newtype::*;
pub use read::*;
pub use sources::*;
pub use units::*;
pub use untagged::*;
pub use write::*;
pub use yielder::*;

use std::future::Future;
use std::time::Duration;

/// The body of every function that accompanies a `compile_error!`. The attribute's items must exist so that the error
/// is the only message; a program with an error never runs.
pub fn never_runs() -> ! {
    unreachable!("the macro has reported a compile error")
}

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
