//! Components without references.

use avocet::prelude::*;

use super::components;

#[model(input)]
struct Cat {
    name: String,
}

#[model(input)]
#[serde(tag = "kind")]
enum Pet {
    Cat(Cat),
    Fish { name: String },
}

#[post("/pets")]
async fn pets(#[body] pet: Pet) -> usize {
    match pet {
        Pet::Cat(Cat { name }) | Pet::Fish { name } => name.len(),
    }
}

#[model]
struct Hidden {
    secret: bool,
}

#[post("/hidden", hidden)]
async fn hidden(#[body] hidden: Hidden) -> Hidden {
    hidden
}

#[test]
fn they_are_not_in_the_document() {
    let components = components(routes![pets, hidden]);
    let names = components.as_object().expect("an object").keys();
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(
        names,
        [
            "HTTPValidationError",
            "Pet",
            "PetCat",
            "PetFish",
            "ValidationError"
        ]
    );
}
