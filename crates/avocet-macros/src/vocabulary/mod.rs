//! The one vocabulary of fields and parameters: rules, defaults, names, checks and notes.

mod default;
mod rules;
mod step;

pub(crate) use default::Default;
pub(crate) use rules::RuleAttributes;
pub(crate) use step::{Step, statements};

use syn::{Expr, LitStr};

use crate::mistakes::Mistakes;
use crate::settings::{self, Setting, Value};

/// What `#[field(…)]`, `#[query(…)]` and their like say.
#[derive(std::default::Default)]
pub(crate) struct Vocabulary {
    pub(crate) rules: RuleAttributes,
    pub(crate) default: Option<(Setting, Default)>,
    pub(crate) required: Option<Setting>,
    pub(crate) rename: Option<(Setting, LitStr)>,
    pub(crate) aliases: Vec<(Setting, LitStr)>,
    pub(crate) steps: Vec<(Setting, Step)>,
    pub(crate) deprecated: Option<Setting>,
    pub(crate) hidden: Option<Setting>,
    pub(crate) empty_is_absent: Option<Setting>,
    pub(crate) examples: Vec<(Setting, Expr)>,
}

const KNOWN: &str = "the rules `ge`, `gt`, `le`, `lt`, `multiple_of`, `min_length`, `max_length`, `pattern`, `min_items`, \
                     `max_items`, `unique`, `max_digits`, `decimal_places`, `items(…)`, `keys(…)`, the changes `trim`, `lowercase`, `uppercase`, and `default`, `required`, `empty_is_absent`, \
                     `rename`, `alias`, `check`, `map`, \
                     `deprecated`, `example`, `examples(…)`";

impl Vocabulary {
    /// Reads the settings of a parameter, those of several attributes one after the other.
    pub(crate) fn read(&mut self, settings: Vec<Setting>, mistakes: &mut Mistakes) {
        self.read_beside(settings, ", `hidden`", mistakes);
    }

    /// The same in a place that knows further words, which `also` names.
    pub(crate) fn read_beside(
        &mut self,
        settings: Vec<Setting>,
        also: &str,
        mistakes: &mut Mistakes,
    ) {
        for setting in settings {
            if !self.rules.read(&setting, mistakes) {
                self.read_word(setting, also, mistakes);
            }
        }
    }

    fn read_word(&mut self, setting: Setting, also: &str, mistakes: &mut Mistakes) {
        match setting.name.to_string().as_str() {
            "default" => {
                if let Some(default) = Default::read(&setting, mistakes) {
                    self.default = Some((setting, default));
                }
            }
            "required" => {
                setting.alone(mistakes);
                self.required = Some(setting);
            }
            "deprecated" => {
                setting.alone(mistakes);
                self.deprecated = Some(setting);
            }
            "hidden" => {
                setting.alone(mistakes);
                self.hidden = Some(setting);
            }
            "empty_is_absent" => {
                setting.alone(mistakes);
                self.empty_is_absent = Some(setting);
            }
            "rename" => self.rename = setting.text(mistakes).map(|text| (setting, text)),
            "alias" => self
                .aliases
                .extend(setting.text(mistakes).map(|text| (setting, text))),
            "check" | "map" => self
                .steps
                .extend(Step::read(&setting, mistakes).map(|it| (setting, it))),
            "example" => self.examples.extend(
                setting
                    .expression("value", mistakes)
                    .map(|it| (setting, it)),
            ),
            "examples" => self.read_examples(&setting, mistakes),
            _ => setting.unknown(&format!("{KNOWN}{also}"), mistakes),
        }
    }

    fn read_examples(&mut self, setting: &Setting, mistakes: &mut Mistakes) {
        let Value::List(list) = &setting.value else {
            return mistakes.add(setting, "write `examples(\"one\", \"another\")`");
        };
        let parser = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let values = mistakes
            .good(syn::parse::Parser::parse2(parser, list.clone()))
            .into_iter()
            .flatten();
        self.examples.extend(values.map(|value| {
            (
                Setting {
                    name: setting.name.clone(),
                    value: settings::Value::None,
                },
                value,
            )
        }));
    }

    /// Notes every word that `place` has no use for.
    pub(crate) fn only(&self, allowed: &[&str], place: &str, mistakes: &mut Mistakes) {
        let words = [
            &self.required,
            &self.deprecated,
            &self.hidden,
            &self.empty_is_absent,
        ];
        let all = words
            .into_iter()
            .flatten()
            .chain(self.default.iter().map(|(setting, _)| setting))
            .chain(self.rename.iter().map(|(setting, _)| setting))
            .chain(self.aliases.iter().map(|(setting, _)| setting))
            .chain(self.steps.iter().map(|(setting, _)| setting))
            .chain(self.examples.iter().map(|(setting, _)| setting));
        for setting in all {
            if !allowed.iter().any(|word| setting.is(word)) {
                mistakes.add(
                    &setting.name,
                    format_args!("`{}` is not for {place}", setting.name),
                );
            }
        }
    }

    /// Notes a default on what must be present.
    pub(crate) fn check(&self, mistakes: &mut Mistakes) {
        self.rules.check(mistakes);
        if let Some(literal) = self
            .default
            .as_ref()
            .and_then(|(_, default)| default.literal())
        {
            self.rules.check_default(literal, mistakes);
        }
        if let (Some((default, _)), Some(_)) = (&self.default, &self.required) {
            mistakes.add(
                &default.name,
                "a field that is `required` has no use for a default; remove one of the two",
            );
        }
    }
}
