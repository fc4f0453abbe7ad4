//! Regular expressions as clients of the document interpret them. JSON Schema uses ECMA-262, in which some classes match
//! less than in the `regex` crate, where they follow Unicode.

use regex::{Error, Regex};
use regex_syntax::ast::{
    Assertion, AssertionKind, Ast, ClassPerl, ClassPerlKind, ClassSetItem, Flag, FlagsItemKind,
    GroupKind, Span, Visitor, parse::Parser, visit,
};

/// `WhiteSpace` and `LineTerminator` of ECMA-262, for use in a class.
const SPACE: &str = r"\t\n\x0B\f\r\x20\u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";

/// Compiles an expression in which `\d`, `\w`, `\s`, their negations, `\b`, `\B` and `.` mean what ECMA-262 says.
///
/// An expression that turns Unicode off is explicit about its meaning and is not changed.
pub(super) fn compile(expression: &str) -> Result<Regex, Error> {
    let rewritten = rewrite(expression).and_then(|rewritten| Regex::new(&rewritten).ok());
    rewritten.map_or_else(|| Regex::new(expression), Ok)
}

/// Rewrites the expression so that it means the same in both dialects; `None` if it is not a valid expression.
fn rewrite(expression: &str) -> Option<String> {
    let ast = Parser::new().parse(expression).ok()?;
    let words = visit(&ast, Words::default()).ok()?;
    let mut rewritten = String::new();
    let mut end = 0;
    for (span, word) in words.found {
        rewritten.push_str(expression.get(end..span.start.offset)?);
        rewritten.push_str(&word);
        end = span.end.offset;
    }
    rewritten.push_str(expression.get(end..)?);
    Some(rewritten)
}

/// The spans of classes that mean something else in ECMA-262, in order, with their replacements.
#[derive(Default)]
struct Words {
    found: Vec<(Span, String)>,
    /// Whether `.` matches every character somewhere.
    dot_is_any: bool,
}

impl Words {
    fn class(&mut self, class: &ClassPerl) {
        let members = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Space => SPACE,
            ClassPerlKind::Word => "0-9A-Za-z_",
        };
        let not = if class.negated { "^" } else { "" };
        self.found.push((class.span, format!("[{not}{members}]")));
    }

    fn boundary(&mut self, assertion: &Assertion) {
        let word = match assertion.kind {
            AssertionKind::WordBoundary => r"(?-u:\b)",
            AssertionKind::NotWordBoundary => r"(?-u:\B)",
            // ECMA-262 has no other assertions; `^` and `$` mean the same.
            _ => return,
        };
        self.found.push((assertion.span, word.to_owned()));
    }

    fn flags(&mut self, flags: &regex_syntax::ast::Flags) {
        let is_dot = |kind: &FlagsItemKind| *kind == FlagsItemKind::Flag(Flag::DotMatchesNewLine);
        self.dot_is_any |= flags.items.iter().any(|item| is_dot(&item.kind));
    }
}

impl Visitor for Words {
    type Output = Self;
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<Self, Self::Err> {
        Ok(self)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        match ast {
            Ast::ClassPerl(class) => self.class(class),
            Ast::Assertion(assertion) => self.boundary(assertion),
            Ast::Dot(span) if !self.dot_is_any => {
                self.found
                    .push((**span, r"[^\n\r\u{2028}\u{2029}]".to_owned()));
            }
            Ast::Flags(set) => self.flags(&set.flags),
            Ast::Group(group) => {
                if let GroupKind::NonCapturing(flags) = &group.kind {
                    self.flags(flags);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        if let ClassSetItem::Perl(class) = item {
            self.class(class);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{compile, rewrite};

    #[track_caller]
    fn check(expression: &str, found: &[&str], missed: &[&str]) {
        let regex = compile(expression).expect("an expression");
        for text in found {
            assert!(regex.is_match(text), "{expression} in {text:?}");
        }
        for text in missed {
            assert!(!regex.is_match(text), "{expression} in {text:?}");
        }
    }

    #[test]
    fn classes_are_ascii_as_in_ecma_262() {
        check(r"^\d{4}$", &["2024"], &["٢٠٢٤", "20x4"]);
        check(r"^\D$", &["x", "٢"], &["2"]);
        check(r"^\w+$", &["az_AZ09"], &["é", "a-b", "ſ"]);
        check(r"^\W$", &["é", "-"], &["a", "_"]);
        check(r"^[\w.-]+$", &["a.b-c"], &["é", "a b"]);
        check(r"^[^\d\s]+$", &["ab", "٢"], &["a1", "a b"]);
        check(r"^\pL$", &["é", "ſ"], &["1"]);
    }

    #[test]
    fn white_space_is_that_of_ecma_262() {
        let space = [
            "\t", "\n", "\u{b}", "\u{c}", "\r", " ", "\u{a0}", "\u{1680}", "\u{2000}", "\u{2003}",
            "\u{200a}", "\u{2028}", "\u{2029}", "\u{202f}", "\u{205f}", "\u{3000}", "\u{feff}",
        ];
        check(r"^\s$", &space, &["\u{85}", "\u{200b}", "x"]);
        check(r"^\S$", &["\u{85}", "\u{200b}", "x"], &space);
        check(r"(?x) ^ \s $ # one", &space, &["\u{85}"]);
    }

    #[test]
    fn boundaries_go_by_the_same_words() {
        check(r"\bb", &["a b", "éb"], &["ab"]);
        check(r"\Bb", &["ab"], &["a b", "éb"]);
    }

    #[test]
    fn a_dot_is_no_line_end() {
        check(
            "^.$",
            &["a", "é", "😀", "\u{85}"],
            &["\n", "\r", "\u{2028}", "\u{2029}"],
        );
        check("(?s)^.$", &["a", "\n", "\r"], &[]);
        check("(?s:^.$)", &["a", "\n", "\r"], &[]);
        check(r"^[.]\.$", &[".."], &["a."]);
    }

    #[test]
    fn what_means_the_same_stays_as_it_is() {
        for expression in [r"^[a-z]+\\d$", r"\u{e9}\x41[\]\\]", "a{2,3}|b?"] {
            assert_eq!(rewrite(expression).as_deref(), Some(expression));
        }
        check(r"(?-u)^\s$", &[" "], &["\u{a0}"]);
        assert!(compile("(").is_err());
    }
}
