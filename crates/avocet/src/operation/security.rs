//! The security requirements of an operation, as `OpenAPI` writes them: alternatives, each a set of schemes with their scopes.

use std::collections::BTreeMap;

use super::{Operation, SecurityRequirement};

/// Schemes that are required together, each with its scopes.
pub(crate) type SecuritySet<'o> = BTreeMap<&'o str, Vec<&'o str>>;

impl Operation {
    /// Adds a requirement with alternatives: every requirement of any one set must be met. An empty set makes the
    /// requirement optional. Requirements that always apply are entries of [`security`](Self::security).
    ///
    /// ```
    /// use avocet::operation::{Operation, SecurityRequirement};
    /// use serde_json::json;
    ///
    /// let requirement = |name: &str, scheme| SecurityRequirement { name: name.into(), scheme, scopes: vec![] };
    /// let bearer = requirement("bearer", json!({"type": "http", "scheme": "bearer"}));
    /// let key = requirement("key", json!({"type": "apiKey", "in": "header", "name": "x-key"}));
    ///
    /// let mut operation = Operation::get("/");
    /// operation.require_one_of([vec![bearer], vec![key]]);
    /// assert_eq!(operation.security_choices[0].len(), 2);
    /// ```
    pub fn require_one_of(&mut self, sets: impl IntoIterator<Item = Vec<SecurityRequirement>>) {
        self.security_choices.push(sets.into_iter().collect());
    }

    /// States that it has no security requirement. `App::build` rejects a public operation that has one, for example from an extractor. A choice with an empty set is no contradiction: its credentials are optional.
    ///
    /// The document has `security: []` for every operation without a requirement, public or not.
    ///
    /// ```
    /// # use avocet::operation::Operation;
    /// assert!(Operation::get("/status").public().public);
    /// ```
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Returns the name of a scheme that every request needs, if there is one.
    pub(crate) fn required_scheme(&self) -> Option<&str> {
        let choices = self.security_choices.iter();
        let mandatory = choices.filter(|sets| sets.iter().all(|set| !set.is_empty()));
        let mut required = self.security.iter().chain(mandatory.flatten().flatten());
        Some(&required.next()?.name)
    }

    /// Returns every requirement, including those of alternatives.
    pub(crate) fn all_security(&self) -> impl Iterator<Item = &SecurityRequirement> {
        self.security
            .iter()
            .chain(self.security_choices.iter().flatten().flatten())
    }

    /// Returns every requirement, including those of alternatives, to change it.
    pub(crate) fn all_security_mut(&mut self) -> impl Iterator<Item = &mut SecurityRequirement> {
        let choices = self.security_choices.iter_mut().flatten().flatten();
        self.security.iter_mut().chain(choices)
    }

    /// Returns the alternatives for the document. Empty if nothing is required.
    pub(crate) fn security_alternatives(&self) -> Vec<SecuritySet<'_>> {
        let mut alternatives = vec![SecuritySet::new()];
        add(&mut alternatives[0], &self.security);
        for choice in &self.security_choices {
            let before = std::mem::take(&mut alternatives);
            for set in choice {
                alternatives.extend(before.iter().cloned().map(|mut together| {
                    add(&mut together, set);
                    together
                }));
            }
        }
        let mut different: Vec<SecuritySet<'_>> = Vec::new();
        for alternative in alternatives {
            if !different.contains(&alternative) {
                different.push(alternative);
            }
        }
        match &*different {
            [only] if only.is_empty() => Vec::new(),
            _ => different,
        }
    }
}

fn add<'o>(set: &mut SecuritySet<'o>, requirements: &'o [SecurityRequirement]) {
    for requirement in requirements {
        let scopes = set.entry(&requirement.name).or_default();
        for scope in &requirement.scopes {
            if !scopes.contains(&scope.as_str()) {
                scopes.push(scope);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn requirement(name: &str, scopes: &[&str]) -> SecurityRequirement {
        SecurityRequirement {
            name: name.to_owned(),
            scheme: json!({"type": "http", "scheme": "bearer"}),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        }
    }

    #[track_caller]
    fn check(operation: &Operation, expected: &serde_json::Value) {
        assert_eq!(&json!(operation.security_alternatives()), expected);
    }

    #[test]
    fn requirements_are_needed_together() {
        let mut operation = Operation::get("/");
        check(&operation, &json!([]));
        operation.security.push(requirement("bearer", &["read"]));
        operation.security.push(requirement("key", &[]));
        operation
            .security
            .push(requirement("bearer", &["write", "read"]));
        check(
            &operation,
            &json!([{"bearer": ["read", "write"], "key": []}]),
        );
    }

    #[test]
    fn choices_are_alternatives_of_sets() {
        let mut operation = Operation::get("/");
        operation.security.push(requirement("bearer", &[]));
        operation.require_one_of([
            vec![requirement("key", &[])],
            vec![requirement("bearer", &["a"]), requirement("mtls", &[])],
        ]);
        operation.require_one_of([vec![requirement("key", &[])], vec![]]);
        check(
            &operation,
            &json!([
                {"bearer": [], "key": []},
                {"bearer": ["a"], "key": [], "mtls": []},
                {"bearer": ["a"], "mtls": []},
            ]),
        );
    }

    #[test]
    fn what_need_not_be_met_is_an_empty_alternative() {
        let mut operation = Operation::get("/");
        operation.require_one_of([vec![requirement("key", &[])], vec![]]);
        check(&operation, &json!([{"key": []}, {}]));
    }
}
