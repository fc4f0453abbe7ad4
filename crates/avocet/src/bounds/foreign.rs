//! Fields that serde reads and writes.

use serde::Serialize;
use serde::de::DeserializeOwned;

macro_rules! by_serde {
    ($($name:ident $message:literal: $bound:ident $(+ $more:ident)?;)*) => {$(
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "not supported by serde",
            note = "derive serde's traits for your own type; for the type of another crate, look for its feature `serde`"
        )]
        pub trait $name {
            /// Does nothing; its path asserts the bound.
            fn assert_implemented() {}
        }

        #[diagnostic::do_not_recommend]
        impl<T: $bound $(+ $more)?> $name for T {}
    )*};
}

by_serde! {
    BySerde "`{Self}` does not implement serde's `Serialize` and `Deserialize`": DeserializeOwned + Serialize;
    ReadBySerde "`{Self}` does not implement serde's `Deserialize`": DeserializeOwned;
    WrittenBySerde "`{Self}` does not implement serde's `Serialize`": Serialize;
}
