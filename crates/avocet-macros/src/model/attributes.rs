//! The attributes of models: our own, and serde's with serde's meaning.

use syn::{Attribute, Expr, ExprPath, Ident, Lit, LitStr, Path, UnOp};

use super::model::{Constant, Foreign, Sides, UnitForm};
use crate::case::Case;
use crate::mistakes::Mistakes;
use crate::settings::{self, Setting};
use crate::vocabulary::{Default, Step, Vocabulary};

/// The settings of `#[model(…)]`.
const OF_MODELS: &str = "`input`, `output`, `name = \"…\"`, `check = function`, `map = function`, `inline`, `literal`, `integer` and `crate = path`";

/// The serde settings that are supported on a type.
const SERDES_OF_TYPES: &str = "`rename`, `rename_all`, `tag`, `content`, `untagged`, `deny_unknown_fields`, `transparent` and `default`";

/// The serde settings that are supported on a variant.
const SERDES_OF_VARIANTS: &str = "`rename`, `rename_all`, `alias` and `other`";

/// The settings of `#[model(…)]` on a variant.
const OF_VARIANTS: &str = "`name = \"…\"` and `value = 1`";

/// The serde settings that are supported on a field.
const SERDES_OF_FIELDS: &str = "`rename`, `alias`, `default`, `flatten`, `with`, `deserialize_with`, `serialize_with`, `skip`, `skip_serializing`, `skip_deserializing` and `skip_serializing_if`";

/// The settings of one `#[model(…)]`.
#[derive(std::default::Default)]
pub(super) struct OfModel {
    pub(super) sides: Option<Sides>,
    pub(super) name: Option<LitStr>,
    pub(super) steps: Vec<Step>,
    pub(super) units: Option<(Ident, UnitForm)>,
    /// Whether the schema is inlined where it is used, instead of being a component.
    pub(super) inline: bool,
}

impl OfModel {
    pub(super) fn read(settings: Vec<Setting>, mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for setting in settings {
            match setting.name.to_string().as_str() {
                "input" => read.restrict(&setting, Sides::Input, mistakes),
                "output" => read.restrict(&setting, Sides::Output, mistakes),
                "name" => read.name = setting.text(mistakes),
                "check" | "map" => read.steps.extend(Step::read(&setting, mistakes)),
                "literal" => read.unit_form(&setting, UnitForm::Literal, mistakes),
                "inline" => {
                    setting.alone(mistakes);
                    read.inline = true;
                }
                "integer" => read.unit_form(&setting, UnitForm::Integers, mistakes),
                _ => setting.unknown(OF_MODELS, mistakes),
            }
        }
        read
    }

    fn unit_form(&mut self, setting: &Setting, form: UnitForm, mistakes: &mut Mistakes) {
        setting.alone(mistakes);
        if self.units.replace((setting.name.clone(), form)).is_some() {
            mistakes.add(
                &setting.name,
                "write at most one of `literal` and `integer`",
            );
        }
    }

    fn restrict(&mut self, setting: &Setting, sides: Sides, mistakes: &mut Mistakes) {
        setting.alone(mistakes);
        if self.sides.replace(sides).is_some() {
            mistakes.add(
                &setting.name,
                "a model is for input and output by default; write at most one of `input` and `output`",
            );
        }
    }
}

/// The settings of `#[serde(…)]` on a container.
#[derive(std::default::Default)]
pub(super) struct OfContainer {
    pub(super) rename: Option<LitStr>,
    pub(super) rename_all: Option<Case>,
    pub(super) tag: Option<(Ident, LitStr)>,
    pub(super) content: Option<(Ident, LitStr)>,
    pub(super) untagged: Option<Ident>,
    pub(super) closed: Option<Ident>,
    pub(super) transparent: Option<Ident>,
    pub(super) default: Option<(Ident, Default)>,
}

impl OfContainer {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for setting in serde_settings(attributes, mistakes) {
            let name = setting.name.clone();
            match name.to_string().as_str() {
                "rename" => read.rename = setting.text(mistakes),
                "rename_all" => read.rename_all = case(&setting, mistakes),
                "tag" => read.tag = setting.text(mistakes).map(|tag| (name, tag)),
                "content" => read.content = setting.text(mistakes).map(|content| (name, content)),
                "untagged" => read.untagged = Some(name),
                "deny_unknown_fields" => read.closed = Some(name),
                "transparent" => read.transparent = Some(name),
                "default" => {
                    read.default =
                        Default::read_serde(&setting, mistakes).map(|default| (name, default));
                }
                _ => unsupported(&setting, SERDES_OF_TYPES, mistakes),
            }
        }
        read
    }
}

/// The settings of `#[serde(…)]` and `#[model(…)]` on a variant.
#[derive(std::default::Default)]
pub(super) struct OfVariant {
    pub(super) rename: Option<LitStr>,
    pub(super) rename_all: Option<Case>,
    pub(super) aliases: Vec<LitStr>,
    pub(super) other: Option<Ident>,
    pub(super) name: Option<LitStr>,
    pub(super) value: Option<(Setting, Constant)>,
}

impl OfVariant {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for setting in serde_settings(attributes, mistakes) {
            match setting.name.to_string().as_str() {
                "rename" => read.rename = setting.text(mistakes),
                "rename_all" => read.rename_all = case(&setting, mistakes),
                "alias" => read.aliases.extend(setting.text(mistakes)),
                "other" => {
                    setting.alone(mistakes);
                    read.other = Some(setting.name);
                }
                _ => unsupported(&setting, SERDES_OF_VARIANTS, mistakes),
            }
        }
        for setting in settings_of(attributes, "model", mistakes) {
            match setting.name.to_string().as_str() {
                "name" => read.name = setting.text(mistakes),
                "value" => {
                    read.value = constant(&setting, mistakes).map(|value| (setting, value));
                }
                _ => setting.unknown(OF_VARIANTS, mistakes),
            }
        }
        read
    }
}

fn constant(setting: &Setting, mistakes: &mut Mistakes) -> Option<Constant> {
    let value = setting.expression("1", mistakes)?;
    let constant = match &value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(Constant::Text(text.value())),
            Lit::Bool(boolean) => Some(Constant::Boolean(boolean.value)),
            _ => integer(&value).map(Constant::Integer),
        },
        _ => integer(&value).map(Constant::Integer),
    };
    if constant.is_none() {
        mistakes.add(
            &value,
            "write a 64-bit integer, a string in quotes, `true` or `false`",
        );
    }
    constant
}

/// Returns the integer value of an expression.
pub(super) fn integer(value: &Expr) -> Option<i64> {
    let (negative, digits) = match value {
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => (true, &*negative.expr),
        other => (false, other),
    };
    let Expr::Lit(literal) = digits else {
        return None;
    };
    let Lit::Int(number) = &literal.lit else {
        return None;
    };
    let magnitude: i128 = number.base10_parse().ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// The settings of `#[field(…)]` and `#[serde(…)]` on a field.
#[derive(std::default::Default)]
pub(super) struct OfField {
    pub(super) vocabulary: Vocabulary,
    pub(super) rename: Option<LitStr>,
    pub(super) aliases: Vec<LitStr>,
    pub(super) default: Option<Default>,
    pub(super) skips_reading: bool,
    pub(super) skips_answering: bool,
    pub(super) skips_if: Option<ExprPath>,
    pub(super) flatten: Option<Ident>,
    pub(super) foreign: Option<Foreign>,
    /// The setting that writes non-finite floats as `null` in responses.
    pub(super) null_not_finite: Option<Ident>,
}

impl OfField {
    pub(super) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        let mut settings = Vec::new();
        for setting in settings_of(attributes, "field", mistakes) {
            match setting.name.to_string().as_str() {
                "serde" => {
                    setting.alone(mistakes);
                    read.foreign().by_type = Some(setting.name);
                }
                "schema" => {
                    read.foreign().schema = setting.expression("path::to::function", mistakes);
                }
                "non_finite" => read.read_non_finite(&setting, mistakes),
                "hidden" => mistakes.add(
                    &setting.name,
                    "`hidden` is for routes and parameters; the document lists every member",
                ),
                _ => settings.push(setting),
            }
        }
        read.vocabulary.read_beside(
            settings,
            ", `non_finite = \"null\"`, `serde`, `schema = function`",
            mistakes,
        );
        read.vocabulary.check(mistakes);
        for setting in serde_settings(attributes, mistakes) {
            read.read_serde(&setting, mistakes);
        }
        read
    }

    fn read_non_finite(&mut self, setting: &Setting, mistakes: &mut Mistakes) {
        match setting.text(mistakes) {
            Some(word) if word.value() == "null" => {
                self.null_not_finite = Some(setting.name.clone());
            }
            Some(word) => mistakes.add(
                &word,
                "JSON has no NaN and no infinity; write `non_finite = \"null\"` to send `null` instead",
            ),
            None => {}
        }
    }

    fn foreign(&mut self) -> &mut Foreign {
        self.foreign.get_or_insert_default()
    }

    fn read_serde(&mut self, setting: &Setting, mistakes: &mut Mistakes) {
        match setting.name.to_string().as_str() {
            "rename" => self.rename = setting.text(mistakes),
            "alias" => self.aliases.extend(setting.text(mistakes)),
            "default" => self.default = Default::read_serde(setting, mistakes),
            "skip" => (self.skips_reading, self.skips_answering) = (true, true),
            "skip_serializing" => self.skips_answering = true,
            "skip_deserializing" => self.skips_reading = true,
            "skip_serializing_if" => {
                self.skips_if = setting
                    .text(mistakes)
                    .and_then(|path| mistakes.good(path.parse()));
            }
            "flatten" => {
                setting.alone(mistakes);
                self.flatten = Some(setting.name.clone());
            }
            "with" => {
                let module: Option<Path> = path(setting, mistakes);
                self.foreign().reads_with = module
                    .as_ref()
                    .map(|it| syn::parse_quote!(#it::deserialize));
                self.foreign().writes_with = module.map(|it| syn::parse_quote!(#it::serialize));
            }
            "deserialize_with" => self.foreign().reads_with = path(setting, mistakes),
            "serialize_with" => self.foreign().writes_with = path(setting, mistakes),
            _ => unsupported(setting, SERDES_OF_FIELDS, mistakes),
        }
    }
}

fn path<T: syn::parse::Parse>(setting: &Setting, mistakes: &mut Mistakes) -> Option<T> {
    setting
        .text(mistakes)
        .and_then(|path| mistakes.good(path.parse()))
}

fn unsupported(setting: &Setting, supported: &str, mistakes: &mut Mistakes) {
    mistakes.add(
        &setting.name,
        format_args!(
            "`#[model]` does not support serde's `{}` here yet; it supports {supported}",
            setting.name
        ),
    );
}

fn case(setting: &Setting, mistakes: &mut Mistakes) -> Option<Case> {
    setting
        .text(mistakes)
        .and_then(|name| Case::named(&name, mistakes))
}

fn serde_settings(attributes: &[Attribute], mistakes: &mut Mistakes) -> Vec<Setting> {
    settings_of(attributes, "serde", mistakes)
}

/// Returns the settings in all attributes of one name.
pub(super) fn settings_of(
    attributes: &[Attribute],
    name: &str,
    mistakes: &mut Mistakes,
) -> Vec<Setting> {
    let of_name = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name));
    of_name
        .flat_map(|attribute| settings::of_attribute(attribute, mistakes))
        .collect()
}

/// Returns the traits that the item derives, by the last segment of their paths.
pub(super) fn derives(attributes: &[Attribute]) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        let parser = syn::punctuated::Punctuated::<Path, syn::Token![,]>::parse_terminated;
        // The derive itself reports what cannot be parsed.
        let Ok(paths) = attribute.parse_args_with(parser) else {
            continue;
        };
        names.extend(
            paths
                .iter()
                .filter_map(|path| path.segments.last())
                .map(|last| last.ident.to_string()),
        );
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{OF_MODELS, OF_VARIANTS, SERDES_OF_FIELDS, SERDES_OF_TYPES, SERDES_OF_VARIANTS};

    #[test]
    fn every_setting_is_documented() {
        for known in [
            OF_MODELS,
            OF_VARIANTS,
            SERDES_OF_TYPES,
            SERDES_OF_VARIANTS,
            SERDES_OF_FIELDS,
        ] {
            crate::docs::assert_documented("model.md", known);
        }
    }
}
