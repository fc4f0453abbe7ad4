//! The variables in the literal of a path. Building the application checks whether the template is well formed.

/// Returns the names in braces, in order: `item_id` in `/items/{item_id}`, `p` in `/files/{p:path}`.
pub(super) fn variables(template: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        // `{{` is an escaped brace.
        if let Some(escaped) = rest.strip_prefix('{') {
            rest = escaped;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let name = rest[..close].split(':').next().unwrap_or_default();
        names.push(name.to_owned());
        rest = &rest[close + 1..];
    }
    names
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn names_in_braces() {
        assert_eq!(variables("/items"), [""; 0]);
        assert_eq!(variables("/{x}-{y}/{z}.json"), ["x", "y", "z"]);
        assert_eq!(variables("/files/{p:path}/{{x}}"), ["p"]);
    }
}
