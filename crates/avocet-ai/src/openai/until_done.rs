//! A stream of chunks that ends with the text `[DONE]`.

use avocet::model::{Schema, Schemas};
use avocet::response::{BodyError, Event, EventText};

/// An event of the stream: a chunk, or the text `[DONE]` at the end. The document shows the chunk.
pub(super) enum UntilDone<T> {
    Chunk(T),
    Done,
}

impl<T: Event> Event for UntilDone<T> {
    fn describe(schemas: &mut Schemas) -> Schema {
        T::describe(schemas)
    }

    fn write(&self, text: &mut EventText) -> Result<(), BodyError> {
        match self {
            Self::Chunk(chunk) => chunk.write(text),
            Self::Done => {
                text.data("[DONE]");
                Ok(())
            }
        }
    }
}
