//! The compile errors that users read: each file under `tests/ui` makes the mistake it is named for, and the text beside
//! it is what the compiler says.

#[test]
fn mistakes_are_explained_at_the_users_own_tokens() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
