//! What the macros require of the types in a program. Not public API, but compile errors name these traits.
//!
//! The macros assert a bound with a path to an item of its trait, `<T as Trait>::item`: the compiler shows no note about where such a
//! bound is from, while the note about a function would show the inside of the macros.

#[path = "bounds/default_value.rs"]
mod default_value;
#[path = "bounds/event_data.rs"]
mod event_data;
#[path = "bounds/extractable.rs"]
mod extractable;
#[path = "bounds/foreign.rs"]
mod foreign;
#[path = "bounds/layer.rs"]
mod layer;
#[path = "bounds/sides.rs"]
mod sides;
#[path = "bounds/state.rs"]
mod state;
#[cfg(feature = "websocket")]
#[path = "bounds/web_socket.rs"]
mod web_socket;

pub use default_value::DefaultValue;
pub use event_data::EventData;
pub use extractable::{Extractable, extract};
pub use foreign::*;
pub use layer::RouteLayer;
pub use sides::*;
pub use state::State;
#[cfg(feature = "websocket")]
pub use web_socket::IsWebSocket;

use crate::route::Route;

/// The type generated for a function with a route attribute, under the same name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a route",
    label = "not a route",
    note = "write `#[get(\"/path\")]`, `#[post(..)]` or another method above the function that is named here"
)]
pub trait Declared {
    /// Returns the route of the function.
    fn route() -> Route;
}
