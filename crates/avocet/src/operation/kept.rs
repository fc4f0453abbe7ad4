//! Values that the description of a response keeps for the responses themselves.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

use super::Operation;

/// Values by their types. They are few, so they are searched linearly; most operations have none.
#[derive(Clone, Default)]
pub(crate) struct Kept(Vec<(TypeId, Arc<dyn Any + Send + Sync>)>);

impl Kept {
    pub(crate) fn find<T: Any + Send + Sync>(&self) -> Option<&T> {
        let of_type = |(id, _): &&(TypeId, _)| *id == TypeId::of::<T>();
        let (_, value) = self.0.iter().find(of_type)?;
        value.downcast_ref()
    }

    /// Adds a value; it replaces one of the same type.
    fn set<T: Any + Send + Sync>(&mut self, value: T) {
        let id = TypeId::of::<T>();
        self.0.retain(|(known, _)| *known != id);
        self.0.push((id, Arc::new(value)));
    }

    /// Returns these values and one more.
    #[cfg(feature = "websocket")]
    pub(crate) fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.set(value);
        self
    }
}

impl Operation {
    /// Keeps a value for the responses of this operation: [`Responder::describe`](crate::response::Responder::describe) computes it once,
    /// and [`ResponseContext::kept`](crate::response::ResponseContext::kept), which has an example, returns it for each response. A
    /// second value of the same type replaces the first, so use a dedicated type, with the type parameters of the responder: an operation can have
    /// several responses.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// struct Columns(Vec<String>);
    ///
    /// let mut operation = Operation::get("/table");
    /// operation.keep(Columns(vec!["name".into()]));
    /// ```
    pub fn keep<T: Any + Send + Sync>(&mut self, value: T) {
        self.kept.set(value);
    }

    /// Attaches a value for a [plugin](crate::plugin), which finds it by its type: `extend = value` in a route attribute. A second value of
    /// the same type replaces the first.
    ///
    /// ```
    /// use avocet::operation::Operation;
    ///
    /// /// Makes an operation a tool.
    /// struct Tool;
    ///
    /// let operation = Operation::get("/search").extend(Tool);
    /// assert!(operation.extension::<Tool>().is_some());
    /// ```
    pub fn extend<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.keep(value);
        self
    }

    /// Returns the value of a type that was attached with [`extend`](Self::extend) or [`keep`](Self::keep).
    ///
    /// ```
    /// let operation = avocet::operation::Operation::get("/").extend(7_u32);
    /// assert_eq!((operation.extension::<u32>(), operation.extension::<u64>()), (Some(&7), None));
    /// ```
    pub fn extension<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.kept.find()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} values", self.0.len())
    }
}
