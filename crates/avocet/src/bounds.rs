//! What the macros require of the types in a program. Not public API, but compile errors name these traits.
//!
//! The macros assert a bound with a path to an item of its trait, `<T as Trait>::item`: the compiler shows no note about where such a
//! bound is from, while the note about a function would show the inside of the macros.

#[cfg(feature = "server")]
#[path = "bounds/declared.rs"]
mod declared;
#[path = "bounds/default_value.rs"]
mod default_value;
#[cfg(feature = "server")]
#[path = "bounds/dependency.rs"]
mod dependency;
#[cfg(feature = "server")]
#[path = "bounds/event_data.rs"]
mod event_data;
#[cfg(feature = "server")]
#[path = "bounds/extractable.rs"]
mod extractable;
#[path = "bounds/foreign.rs"]
mod foreign;
#[cfg(feature = "server")]
#[path = "bounds/layer.rs"]
mod layer;
#[path = "bounds/sides.rs"]
mod sides;
#[cfg(feature = "server")]
#[path = "bounds/state.rs"]
mod state;
#[cfg(feature = "websocket")]
#[path = "bounds/web_socket.rs"]
mod web_socket;

#[cfg(feature = "server")]
pub use declared::Declared;
pub use default_value::DefaultValue;
#[cfg(feature = "server")]
pub use dependency::{DependencyResult, SharedValue, depends, depends_fresh, extract_with};
#[cfg(feature = "server")]
pub use event_data::EventData;
#[cfg(feature = "server")]
pub use extractable::{Extractable, extract};
pub use foreign::*;
#[cfg(feature = "server")]
pub use layer::RouteLayer;
pub use sides::*;
#[cfg(feature = "server")]
pub use state::State;
#[cfg(feature = "websocket")]
pub use web_socket::IsWebSocket;
