//! The rules on a value and on what it contains.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Ident, Lit, Type};

use crate::calls::{self, Bound};
use crate::mistakes::Mistakes;
use crate::settings::{self, Setting, Value, is_number};

/// The rules on one value.
#[derive(Default)]
pub(crate) struct RuleAttributes {
    own: Vec<Rule>,
    items: Option<Box<Self>>,
    keys: Option<Box<Self>>,
    /// The settings that transform a string: `trim`, `lowercase`, `uppercase`.
    changes: Vec<Ident>,
}

/// One rule.
pub(crate) struct Rule {
    name: Ident,
    row: &'static Row,
    /// The row's carrier, or [`Carrier::Temporal`] for a bound in quotes.
    carrier: Carrier,
    value: Expr,
}

/// The properties of a rule.
struct Row {
    word: &'static str,
    /// The type in `avocet::rules` that implements it.
    kind: &'static str,
    carrier: Carrier,
    form: Form,
}

/// The types that a rule supports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Order,
    /// Dates, times and durations, with bounds in quotes.
    Temporal,
    Length,
    Items,
    Unique,
    Digits,
}

/// The value after the word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `= 1`, `= -0.5`
    Number,
    /// `= 1`, or the path of a constant
    Whole,
    /// `= "…"`
    Pattern,
    /// Nothing.
    Alone,
}

const fn row(word: &'static str, kind: &'static str, carrier: Carrier, form: Form) -> Row {
    Row {
        word,
        kind,
        carrier,
        form,
    }
}

const RULES: &[Row] = &[
    row("ge", "Ge", Carrier::Order, Form::Number),
    row("gt", "Gt", Carrier::Order, Form::Number),
    row("le", "Le", Carrier::Order, Form::Number),
    row("lt", "Lt", Carrier::Order, Form::Number),
    row("multiple_of", "MultipleOf", Carrier::Order, Form::Number),
    row("min_length", "MinLength", Carrier::Length, Form::Whole),
    row("max_length", "MaxLength", Carrier::Length, Form::Whole),
    row("pattern", "Pattern", Carrier::Length, Form::Pattern),
    row("min_items", "MinItems", Carrier::Items, Form::Whole),
    row("max_items", "MaxItems", Carrier::Items, Form::Whole),
    row("unique", "Unique", Carrier::Unique, Form::Alone),
    row("max_digits", "MaxDigits", Carrier::Digits, Form::Whole),
    row(
        "decimal_places",
        "DecimalPlaces",
        Carrier::Digits,
        Form::Whole,
    ),
];

/// The rules that also take a bound in quotes.
const COMPARISONS: [&str; 4] = ["ge", "gt", "le", "lt"];

/// The settings that transform a string.
const CHANGES: [&str; 3] = ["trim", "lowercase", "uppercase"];

/// Pairs of bounds, of which the first must not exceed the second.
const PAIRS: [(&str, &str); 6] = [
    ("ge", "le"),
    ("ge", "lt"),
    ("gt", "le"),
    ("gt", "lt"),
    ("min_length", "max_length"),
    ("min_items", "max_items"),
];

impl RuleAttributes {
    /// Takes the setting if it is a rule, and returns whether it is.
    pub(crate) fn read(&mut self, setting: &Setting, mistakes: &mut Mistakes) -> bool {
        if setting.is("items") || setting.is("keys") {
            let inner = Self::read_inner(setting, mistakes);
            *(if setting.is("items") {
                &mut self.items
            } else {
                &mut self.keys
            }) = inner.map(Box::new);
            return true;
        }
        if CHANGES.iter().any(|word| setting.is(word)) {
            setting.alone(mistakes);
            self.changes.push(setting.name.clone());
            return true;
        }
        let Some(row) = RULES.iter().find(|row| setting.is(row.word)) else {
            return false;
        };
        let carrier = if setting.is_text() && COMPARISONS.contains(&row.word) {
            Carrier::Temporal
        } else {
            row.carrier
        };
        if let Some(value) = Rule::value(setting, row, carrier, mistakes) {
            if self.own.iter().any(|rule| rule.name == setting.name) {
                mistakes.add(
                    &setting.name,
                    format_args!("`{}` appears twice; remove one", setting.name),
                );
            }
            self.own.push(Rule {
                name: setting.name.clone(),
                row,
                carrier,
                value,
            });
        }
        true
    }

    fn read_inner(setting: &Setting, mistakes: &mut Mistakes) -> Option<Self> {
        let Value::List(list) = &setting.value else {
            mistakes.add(
                setting,
                format_args!(
                    "write the rules in parentheses: `{}(min_length = 1)`",
                    setting.name
                ),
            );
            return None;
        };
        let mut inner = Self::default();
        for setting in settings::of_tokens(list.clone(), mistakes) {
            if !inner.read(&setting, mistakes) {
                setting.unknown(&Self::known(), mistakes);
            }
        }
        if setting.is("keys") {
            for rule in inner
                .own
                .iter()
                .filter(|rule| rule.carrier != Carrier::Length)
            {
                mistakes.add(
                    &rule.name,
                    "keys are strings; their rules are `min_length`, `max_length` and `pattern`",
                );
            }
            for word in &inner.changes {
                mistakes.add(word, "the keys of a map cannot be changed");
            }
        }
        Some(inner)
    }

    /// Returns the names of the rules, as messages list them.
    pub(super) fn known() -> String {
        let rules = list(RULES.iter().map(|row| row.word));
        let changes = list(CHANGES);
        format!("the rules {rules}, `items(…)`, `keys(…)`, the changes {changes}")
    }

    /// Records errors for rules that no value can satisfy.
    pub(crate) fn check(&self, mistakes: &mut Mistakes) {
        let find = |name: &str| self.own.iter().find(|rule| rule.name == name);
        for (least, most) in PAIRS {
            let (Some(least), Some(most)) = (find(least), find(most)) else {
                continue;
            };
            if let (Some(low), Some(high)) = (number(&least.value), number(&most.value))
                && low > high
            {
                mistakes.add(
                    &most.value,
                    format_args!("no value meets both `{}` and `{}`", least.name, most.name),
                );
            }
        }
        let lower = self.changes.iter().find(|word| *word == "lowercase");
        let upper = self.changes.iter().find(|word| *word == "uppercase");
        if let (Some(_), Some(upper)) = (lower, upper) {
            mistakes.add(upper, "write at most one of `lowercase` and `uppercase`");
        }
        self.items
            .iter()
            .chain(&self.keys)
            .for_each(|inner| inner.check(mistakes));
    }

    /// Records errors for the rules that a default violates, as far as they can be evaluated here. Building the application checks the
    /// others.
    pub(crate) fn check_default(&self, default: &Expr, mistakes: &mut Mistakes) {
        for rule in self.own.iter().filter(|rule| rule.rejects(default)) {
            let value = rule.value.to_token_stream().to_string().replace(' ', "");
            mistakes.add(
                default,
                format_args!("the default does not meet `{} = {value}`", rule.name),
            );
        }
    }

    /// Returns the names of all rules, including those on contained values.
    pub(crate) fn words(&self) -> Vec<&Ident> {
        let inner = self.items.iter().chain(&self.keys);
        let own = self.own.iter().map(|rule| &rule.name).chain(&self.changes);
        own.chain(inner.flat_map(|rules| rules.words())).collect()
    }

    /// Returns whether there are no rules.
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty()
            && self.items.is_none()
            && self.keys.is_none()
            && self.changes.is_empty()
    }

    /// Returns the table, as a constant expression.
    pub(crate) fn table(&self) -> TokenStream {
        // The first violated rule is reported: in Pydantic's order, not in the user's order.
        const ORDER: [&str; 5] = ["multiple_of", "le", "lt", "ge", "gt"];
        let place = |rule: &&Rule| ORDER.iter().position(|name| rule.name == name);
        let mut own: Vec<&Rule> = self.own.iter().collect();
        own.sort_by_key(place);
        let value = |name: &str| {
            self.own
                .iter()
                .find(|rule| rule.name == name)
                .map(|rule| &rule.value)
        };
        // Together they also bound the digits before the decimal point.
        let whole_digits = value("max_digits").zip(value("decimal_places")).map(|(digits, places)| {
            quote!(&__avocet::rules::WholeDigits { max_digits: #digits, decimal_places: #places })
        });
        let (digits, others): (Vec<_>, Vec<_>) = own
            .into_iter()
            .partition(|rule| rule.carrier == Carrier::Digits);
        let own = digits.into_iter().map(Rule::construct).chain(whole_digits);
        let own = own.chain(others.into_iter().map(Rule::construct));
        let inner = |rules: &Option<Box<Self>>| match rules {
            Some(rules) => {
                let table = rules.table();
                quote! {
                    ::std::option::Option::Some({
                        static __AVOCET_INNER: __avocet::rules::Rules = #table;
                        &__AVOCET_INNER
                    })
                }
            }
            None => quote!(::std::option::Option::None),
        };
        let (items, keys) = (inner(&self.items), inner(&self.keys));
        let normalize = self.normalize();
        quote! {
            __avocet::rules::Rules { own: &[#(#own),*], items: #items, keys: #keys, normalize: #normalize }
        }
    }

    fn normalize(&self) -> TokenStream {
        if self.changes.is_empty() {
            return quote!(__avocet::rules::Normalize::NONE);
        }
        let says = |word: &str| self.changes.iter().any(|it| it == word);
        let trim = says("trim");
        let case = |case: &str| {
            let case = Ident::new(case, proc_macro2::Span::call_site());
            quote!(::std::option::Option::Some(__avocet::rules::LetterCase::#case))
        };
        let case = match (says("lowercase"), says("uppercase")) {
            (true, _) => case("Lower"),
            (_, true) => case("Upper"),
            _ => quote!(::std::option::Option::None),
        };
        quote!(__avocet::rules::Normalize { trim: #trim, case: #case })
    }

    /// Returns statements that fail to compile, at the type, if the type does not support a rule.
    pub(crate) fn assertions(&self, carrier: &Type) -> TokenStream {
        self.assert(&carrier.to_token_stream(), carrier)
    }

    fn assert(&self, kind: &TokenStream, carrier: &Type) -> TokenStream {
        let of_kind = |wanted| self.own.iter().any(|rule| rule.carrier == wanted);
        let mut printed = TokenStream::new();
        let mut say = |path| {
            printed.extend(calls::assertion_of(Bound::of(path), kind, carrier));
        };
        if of_kind(Carrier::Order) {
            say("rules::HasOrder");
        }
        if of_kind(Carrier::Temporal) {
            say("rules::HasTemporalOrder");
        }
        if of_kind(Carrier::Length) || !self.changes.is_empty() {
            say("rules::HasLength");
        }
        if of_kind(Carrier::Digits) {
            say("rules::HasDigits");
        }
        if of_kind(Carrier::Items) || self.items.is_some() {
            say("rules::HasItems");
        }
        if of_kind(Carrier::Unique) {
            say("rules::HasUnique");
        }
        if self.keys.is_some() {
            say("rules::HasKeys");
        }
        if let Some(items) = &self.items {
            let item = quote_spanned!(carrier.span()=> <#kind as __avocet::rules::HasItems>::Item);
            printed.extend(items.assert(&item, carrier));
        }
        printed
    }
}

impl Rule {
    fn value(
        setting: &Setting,
        row: &Row,
        carrier: Carrier,
        mistakes: &mut Mistakes,
    ) -> Option<Expr> {
        if row.form == Form::Alone {
            setting.alone(mistakes);
            return Some(syn::parse_quote!(()));
        }
        if row.form == Form::Pattern {
            return setting.text(mistakes).map(|text| syn::parse_quote!(#text));
        }
        let value = setting.expression("1", mistakes)?;
        if carrier == Carrier::Temporal {
            return Some(value);
        }
        let (good, wanted) = match row.form {
            Form::Number if COMPARISONS.contains(&row.word) => (
                is_number(&value),
                "a number, or a date, a time or a duration in quotes",
            ),
            Form::Number => (is_number(&value), "a number"),
            _ => (is_whole(&value), "a whole number"),
        };
        if !good {
            mistakes.add(
                &value,
                format_args!("write {wanted}: `{} = 1`", setting.name),
            );
        }
        good.then_some(value)
    }

    fn rejects(&self, default: &Expr) -> bool {
        let Some(bound) = number(&self.value) else {
            return false;
        };
        let length = text(default).map(|text| text.chars().count());
        let measured = match self.carrier {
            Carrier::Order => number(default),
            Carrier::Length => length.and_then(|length| u32::try_from(length).ok().map(f64::from)),
            Carrier::Temporal | Carrier::Items | Carrier::Unique | Carrier::Digits => None,
        };
        measured.is_some_and(|value| match self.name.to_string().as_str() {
            "ge" | "min_length" => value < bound,
            "gt" => value <= bound,
            "le" | "max_length" => value > bound,
            "lt" => value >= bound,
            // The rule itself checks multiples of floats.
            "multiple_of" => is_integer(&self.value) && bound != 0.0 && value % bound != 0.0,
            _ => false,
        })
    }

    /// Returns a reference to the rule.
    fn construct(&self) -> TokenStream {
        let kind = Ident::new(self.row.kind, self.name.span());
        let value = &self.value;
        if self.carrier == Carrier::Temporal {
            return quote!(&__avocet::rules::Bound { comparison: __avocet::rules::Comparison::#kind, value: #value });
        }
        match self.row.form {
            Form::Number if is_integer(value) => {
                quote!(&__avocet::rules::#kind(__avocet::read::Number::Integer(#value)))
            }
            Form::Number => quote!(&__avocet::rules::#kind(__avocet::read::Number::Float(#value))),
            // A separate static: it holds a cell, which a temporary in a static cannot.
            Form::Pattern => quote!({
                static __AVOCET_PATTERN: __avocet::rules::#kind = __avocet::rules::#kind::new(#value);
                &__AVOCET_PATTERN
            }),
            Form::Whole => quote!(&__avocet::rules::#kind(#value)),
            Form::Alone => quote!(&__avocet::rules::#kind),
        }
    }
}

/// Returns the words in backticks, separated by commas.
pub(super) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// Returns whether a length is an integer or the path of a constant.
fn is_whole(value: &Expr) -> bool {
    matches!(value, Expr::Path(_))
        || matches!(value, Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_)))
}

fn is_integer(value: &Expr) -> bool {
    match value {
        Expr::Unary(negative) => is_integer(&negative.expr),
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_)),
        _ => false,
    }
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn number(value: &Expr) -> Option<f64> {
    match value {
        Expr::Unary(negative) => number(&negative.expr).map(|number| -number),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            Lit::Float(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RuleAttributes;
    use crate::docs::assert_documented;

    #[test]
    fn every_word_stands_in_the_documentation() {
        for page in ["model.md", "../../avocet/src/rules/mod.rs"] {
            assert_documented(
                page,
                &RuleAttributes::known().replace("`items(…)`, `keys(…)`, ", ""),
            );
        }
        assert_documented("model.md", &RuleAttributes::known());
    }
}
