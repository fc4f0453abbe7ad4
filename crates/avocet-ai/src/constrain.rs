//! Constraints on the tokens of a model, so that its responses follow a JSON Schema.
//!
//! A model has one [`Grammars`], made from its vocabulary. Each response with an [`OutputFormat`] has a [`Constraint`], which masks the logits
//! before a token is chosen. Even a model that was never trained on JSON then writes nothing else.
//!
//! ```
//! use avocet_ai::constrain::Grammars;
//! use avocet_ai::generate::OutputFormat;
//! use serde_json::json;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A vocabulary of single bytes; token 256 ends a response.
//! let tokens = (0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]);
//! let grammars = Grammars::new(tokens, 256)?;
//! let schema = json!({"enum": ["wader", "duck"]});
//! let mut constraint = grammars.constraint(&OutputFormat::JsonSchema(schema.into()))?.expect("a schema constrains");
//!
//! // The model likes `!` and `d`, but only a quote can begin.
//! let mut logits = vec![0.0; 257];
//! logits[usize::from(b'!')] = 5.0;
//! constraint.mask(&mut logits)?;
//! assert_eq!(logits[usize::from(b'!')], f32::NEG_INFINITY);
//! assert_eq!(logits[usize::from(b'"')], 0.0);
//! for token in br#""duck""# {
//!     constraint.accept(u32::from(*token))?;
//! }
//! assert!(constraint.is_complete());
//! # Ok(())
//! # }
//! ```

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, InferenceCapabilities, TokRxInfo, TokTrie};
use llguidance::{Matcher, ParserFactory};
use serde_json::{Value, json};

use crate::generate::{GenerateError, OutputFormat};

/// Compiles formats to constraints on the tokens of one vocabulary. Create it once for each model.
pub struct Grammars {
    factory: ParserFactory,
    tokens: Arc<TokTrie>,
}

/// The vocabulary or the state of a constraint is not usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintError(String);

impl Grammars {
    /// Creates it for a vocabulary: the bytes of each token, in order, empty for special tokens; and the token that ends a response.
    ///
    /// # Errors
    /// If the vocabulary is empty, or has no token with the number `end`.
    ///
    /// ```
    /// use avocet_ai::constrain::Grammars;
    ///
    /// let tokens = (0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]);
    /// assert!(Grammars::new(tokens, 256).is_ok());
    /// assert!(Grammars::new([], 0).is_err());
    /// ```
    pub fn new(
        tokens: impl IntoIterator<Item = Vec<u8>>,
        end: u32,
    ) -> Result<Self, ConstraintError> {
        let tokens: Vec<Vec<u8>> = tokens.into_iter().collect();
        let count = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
        if end >= count {
            return Err(ConstraintError(format!(
                "the end token is number {end}, the vocabulary has {count} tokens"
            )));
        }
        let trie = TokTrie::from(&TokRxInfo::new(count, end), &tokens);
        let environment: llguidance::toktrie::TokEnv =
            Arc::new(ApproximateTokEnv::new(trie.clone()));
        let capabilities = InferenceCapabilities::default();
        let slices = llguidance::earley::SlicedBiasComputer::json_slices();
        let mut factory = ParserFactory::new(&environment, capabilities, &slices)
            .map_err(|error| ConstraintError(error.to_string()))?;
        // Its messages would go to standard error, and repeat the grammar.
        factory.quiet();
        factory.limits_mut().verbose_errors = false;
        Ok(Self {
            factory,
            tokens: Arc::new(trie),
        })
    }

    /// Returns the constraint of a format, or `None` for text. It takes milliseconds for a large schema.
    ///
    /// # Errors
    /// If the schema has keywords that cannot constrain tokens, or nothing is valid by it. The error names them; its field is
    /// `response_format`.
    ///
    /// ```
    /// # use avocet_ai::constrain::Grammars;
    /// # use avocet_ai::generate::OutputFormat;
    /// # let grammars = Grammars::new((0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]), 256).unwrap();
    /// let schema = serde_json::json!({"type": "object", "not": {}});
    /// let error = grammars.constraint(&OutputFormat::JsonSchema(schema.into())).unwrap_err();
    /// assert!(error.to_string().contains("not"));
    /// ```
    pub fn constraint(&self, format: &OutputFormat) -> Result<Option<Constraint>, GenerateError> {
        let schema = match format {
            OutputFormat::Text => return Ok(None),
            OutputFormat::JsonObject => json!({"type": "object"}),
            OutputFormat::JsonSchema(schema) => Value::clone(schema),
        };
        self.of_schema(schema).map(Some)
    }

    /// Returns the constraint of a JSON Schema.
    fn of_schema(&self, mut schema: Value) -> Result<Constraint, GenerateError> {
        let invalid = |problem: String| GenerateError::invalid("response_format", problem);
        if let Value::Object(members) = &mut schema {
            // Without spaces and line ends, which a model could repeat for ever. A client's own options are replaced.
            members.insert(
                "x-guidance".to_owned(),
                json!({"whitespace_flexible": false}),
            );
        }
        let parser = self
            .factory
            .create_parser(TopLevelGrammar::from_json_schema(schema));
        let parser =
            parser.map_err(|error| invalid(format!("the schema is not supported: {error:#}")))?;
        let matcher = Matcher::new(Ok(parser));
        match matcher.get_error() {
            Some(error) => Err(invalid(error)),
            None => Ok(Constraint {
                matcher,
                tokens: Arc::clone(&self.tokens),
                text: JsonText::default(),
            }),
        }
    }
}

/// The constraint on one response.
pub struct Constraint {
    matcher: Matcher,
    tokens: Arc<TokTrie>,
    text: JsonText,
}

impl Constraint {
    /// Sets the logits of tokens that cannot follow to minus infinity.
    ///
    /// Numbers have no exponent and at most 15 digits before and after the point, so that a reader can hold them; unless the schema allows
    /// nothing else.
    ///
    /// # Errors
    /// If the constraint failed before, or computing the tokens exceeds its limits.
    ///
    /// ```
    /// # use avocet_ai::constrain::Grammars;
    /// # use avocet_ai::generate::OutputFormat;
    /// # let grammars = Grammars::new((0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]), 256).unwrap();
    /// let mut constraint = grammars.constraint(&OutputFormat::JsonObject).unwrap().unwrap();
    /// let mut logits = vec![0.0; 257];
    /// constraint.mask(&mut logits).unwrap();
    /// let possible: Vec<usize> = (0..257).filter(|token| logits[*token].is_finite()).collect();
    /// assert_eq!(possible, [usize::from(b'{')]);
    /// ```
    pub fn mask(&mut self, logits: &mut [f32]) -> Result<(), ConstraintError> {
        let mask = self.matcher.compute_mask_or_eos().map_err(failed)?;
        for (token, logit) in (0..).zip(&mut *logits) {
            if !mask.is_allowed(token) {
                *logit = f32::NEG_INFINITY;
            }
        }
        self.keep(logits, |token| {
            u8::from(!self.text.keeps_numbers_short(token))
        });
        if self.text.digits >= MAX_DIGITS {
            self.end_number(logits)?;
        }
        Ok(())
    }

    /// If only digits can follow, as the number is not yet a multiple that the schema wants, leaves those after which it can end.
    fn end_number(&mut self, logits: &mut [f32]) -> Result<(), ConstraintError> {
        let is_digits = |token: u32| {
            let bytes = self.tokens.token(token);
            token != self.tokens.eos_token() && bytes.iter().all(u8::is_ascii_digit)
        };
        let possible = (0..).zip(&*logits).filter(|(_, logit)| logit.is_finite());
        let possible: Vec<u32> = possible.map(|(token, _)| token).collect();
        if !possible.iter().all(|token| is_digits(*token)) {
            return Ok(());
        }
        let mut ends = Vec::new();
        for token in possible {
            let mut ahead = self.matcher.deep_clone();
            ahead.consume_token(token).map_err(failed)?;
            let mask = ahead.compute_mask_or_eos().map_err(failed)?;
            if mask.iter().any(|next| !is_digits(next)) {
                ends.push(token);
            }
        }
        if !ends.is_empty() {
            for (token, logit) in (0..).zip(logits) {
                if !ends.contains(&token) {
                    *logit = f32::NEG_INFINITY;
                }
            }
        }
        Ok(())
    }

    /// Leaves only the possible tokens of the lowest rank. The end has the rank 0.
    fn keep(&self, logits: &mut [f32], rank: impl Fn(&[u8]) -> u8) {
        let rank = |token| match token {
            token if token == self.tokens.eos_token() => 0,
            token => rank(self.tokens.token(token)),
        };
        let possible = (0..).zip(&*logits).filter(|(_, logit)| logit.is_finite());
        let Some(best) = possible.map(|(token, _)| rank(token)).min() else {
            return;
        };
        for (token, logit) in (0..).zip(logits) {
            if logit.is_finite() && rank(token) > best {
                *logit = f32::NEG_INFINITY;
            }
        }
    }

    /// Masks as [`mask`](Self::mask) does, and of the tokens that can follow leaves only those that end the response soonest: the end, closing
    /// brackets and quotes, no optional members. Use it when the tokens of a response run out, so that it is complete rather than cut.
    ///
    /// # Errors
    /// As for [`mask`](Self::mask).
    ///
    /// ```
    /// # use avocet_ai::constrain::Grammars;
    /// # use avocet_ai::generate::OutputFormat;
    /// # let grammars = Grammars::new((0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]), 256).unwrap();
    /// let mut constraint = grammars.constraint(&OutputFormat::JsonObject).unwrap().unwrap();
    /// constraint.accept(u32::from(b'{')).unwrap();
    /// let mut logits = vec![0.0; 257];
    /// constraint.mask_to_end(&mut logits).unwrap();
    /// let possible: Vec<usize> = (0..257).filter(|token| logits[*token].is_finite()).collect();
    /// assert_eq!(possible, [usize::from(b'}')], "no member begins");
    /// ```
    pub fn mask_to_end(&mut self, logits: &mut [f32]) -> Result<(), ConstraintError> {
        self.mask(logits)?;
        self.keep(logits, |token| self.text.rank(token));
        Ok(())
    }

    /// Adds the token that was chosen.
    ///
    /// # Errors
    /// If the token cannot follow.
    ///
    /// ```
    /// # use avocet_ai::constrain::Grammars;
    /// # use avocet_ai::generate::OutputFormat;
    /// # let grammars = Grammars::new((0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]), 256).unwrap();
    /// let mut constraint = grammars.constraint(&OutputFormat::JsonObject).unwrap().unwrap();
    /// assert!(constraint.accept(u32::from(b'[')).is_err());
    /// ```
    pub fn accept(&mut self, token: u32) -> Result<(), ConstraintError> {
        self.matcher.consume_token(token).map_err(failed)?;
        if token != self.tokens.eos_token() {
            self.text.add(self.tokens.token(token));
        }
        Ok(())
    }

    /// Returns whether the response is complete and nothing can follow.
    ///
    /// ```
    /// # use avocet_ai::constrain::Grammars;
    /// # use avocet_ai::generate::OutputFormat;
    /// # let grammars = Grammars::new((0..=255u8).map(|byte| vec![byte]).chain([Vec::new()]), 256).unwrap();
    /// let mut constraint = grammars.constraint(&OutputFormat::JsonObject).unwrap().unwrap();
    /// for token in b"{}" {
    ///     assert!(!constraint.is_complete());
    ///     constraint.accept(u32::from(*token)).unwrap();
    /// }
    /// assert!(constraint.is_complete());
    /// ```
    pub fn is_complete(&self) -> bool {
        self.matcher.is_stopped()
    }
}

fn failed(error: impl fmt::Display) -> ConstraintError {
    ConstraintError(error.to_string())
}

/// Where JSON text ends: inside a string, or after some digits.
#[derive(Clone, Copy, Debug, Default)]
struct JsonText {
    in_string: bool,
    escaped: bool,
    /// The digits at the end, outside of strings.
    digits: usize,
}

/// As many digits as a 64-bit float holds exactly.
const MAX_DIGITS: usize = 15;

impl JsonText {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let is_digit = !self.in_string && byte.is_ascii_digit();
            self.digits = if is_digit { self.digits + 1 } else { 0 };
            if self.escaped {
                self.escaped = false;
            } else if self.in_string && *byte == b'\\' {
                self.escaped = true;
            } else if *byte == b'"' {
                self.in_string = !self.in_string;
            }
        }
    }

    /// Returns whether no number has an exponent or too many digits with this token.
    fn keeps_numbers_short(mut self, token: &[u8]) -> bool {
        token.iter().all(|byte| {
            let is_exponent = self.digits > 0 && matches!(byte, b'e' | b'E');
            self.add(&[*byte]);
            !is_exponent && self.digits <= MAX_DIGITS
        })
    }

    /// Returns how late a response ends after a token: lower is sooner.
    fn rank(self, token: &[u8]) -> u8 {
        let Some(first) = token.first() else {
            return u8::MAX;
        };
        // More text after the first byte can begin what must be ended again; a sign needs a number after it.
        let longer = u8::from(token.len() > 1 || *first == b'-');
        let rank = match (self.in_string, first) {
            (true, b'"') => 1,
            (false, b'}' | b']') => 2,
            (false, b',' | b':') => 3,
            (false, b'"') => 4,
            (false, b'{' | b'[') => 6,
            _ => 5,
        };
        2 * rank + longer
    }
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConstraintError {}

impl fmt::Debug for Grammars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grammars")
            .field("tokens", &self.tokens.vocab_size())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Constraint")
            .field("is_complete", &self.is_complete())
            .finish_non_exhaustive()
    }
}
