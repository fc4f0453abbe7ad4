//! The shared vocabulary of fields and parameters: rules, defaults, names, checks and notes.

mod default;
mod rules;
mod step;

pub(crate) use default::Default;
pub(crate) use rules::RuleAttributes;
use rules::list;
pub(crate) use step::{Step, statements};

use syn::{Expr, LitStr};

use crate::mistakes::Mistakes;
use crate::settings::{self, Setting, Value};

/// The settings of `#[field(…)]`, `#[query(…)]` and the other attributes.
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
    /// The setting that makes a body a member of the body's object.
    pub(crate) embed: Option<Setting>,
    /// The setting that makes a form field a part of JSON.
    pub(crate) json: Option<Setting>,
    /// The media types of a body that is not read as JSON.
    pub(crate) media_types: Vec<(Setting, LitStr)>,
    pub(crate) examples: Vec<(Setting, Expr)>,
}

/// The settings other than rules.
const WORDS: &[&str] = &[
    "default",
    "required",
    "empty_is_absent",
    "rename",
    "alias",
    "check",
    "map",
    "deprecated",
    "example",
    "examples",
];

impl Vocabulary {
    /// Parses the settings of a parameter, in the order of its attributes.
    pub(crate) fn read(&mut self, settings: Vec<Setting>, mistakes: &mut Mistakes) {
        let (of_bodies, others): (Vec<Setting>, _) = settings.into_iter().partition(|setting| {
            ["embed", "json", "media_type"]
                .iter()
                .any(|word| setting.is(word))
        });
        self.read_beside(
            others,
            ", `hidden`, `embed`, `json`, `media_type`",
            mistakes,
        );
        for setting in of_bodies {
            if setting.is("embed") {
                setting.alone(mistakes);
                self.embed = Some(setting);
            } else if setting.is("json") {
                setting.alone(mistakes);
                self.json = Some(setting);
            } else {
                let text = setting.text(mistakes);
                self.media_types.extend(text.map(|text| (setting, text)));
            }
        }
    }

    /// Like `read`, for an attribute with additional settings, which `also` names.
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
            _ => {
                let known = format!(
                    "{}, and {}{also}",
                    RuleAttributes::known(),
                    list(WORDS.iter().copied())
                );
                setting.unknown(&known, mistakes);
            }
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

    /// Records an error for every setting that `place` does not support.
    pub(crate) fn only(&self, allowed: &[&str], place: &str, mistakes: &mut Mistakes) {
        let words = [
            &self.required,
            &self.deprecated,
            &self.hidden,
            &self.empty_is_absent,
            &self.embed,
            &self.json,
        ];
        let all = words
            .into_iter()
            .flatten()
            .chain(self.default.iter().map(|(setting, _)| setting))
            .chain(self.rename.iter().map(|(setting, _)| setting))
            .chain(self.aliases.iter().map(|(setting, _)| setting))
            .chain(self.media_types.iter().map(|(setting, _)| setting))
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

    /// Records an error for a default on a required value.
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
                "`required` and `default` exclude each other; remove one of them",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Vocabulary, WORDS, list};
    use crate::docs::assert_documented;
    use crate::mistakes::Mistakes;
    use crate::settings;

    #[test]
    fn every_word_is_known_and_documented() {
        assert_documented("model.md", &list(WORDS.iter().copied()));
        for word in WORDS {
            for written in [
                (*word).to_owned(),
                format!("{word} = \"text\""),
                format!("{word}(1)"),
            ] {
                let mut mistakes = Mistakes::silent();
                let tokens = written.parse().expect("it is tokens");
                let settings = settings::of_tokens(tokens, &mut mistakes);
                Vocabulary::default().read(settings, &mut mistakes);
                assert!(
                    !mistakes.sentences().contains("unknown setting"),
                    "{written}"
                );
            }
        }
    }
}
