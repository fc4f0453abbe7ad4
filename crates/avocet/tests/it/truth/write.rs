//! Writes JSON texts that mostly match a schema, and violate it in all the ways that people and attackers find.

use std::fmt::Write;

use serde_json::Value;

/// A small reproducible generator (`SplitMix64`, Steele, Lea and Flood 2014).
pub(super) struct Writer {
    state: u64,
    tame: bool,
}

/// Values that replace the right one with a probability of one in five.
const JUNK: [&str; 24] = [
    "null",
    "true",
    "false",
    "0",
    "-1",
    "5.0",
    "1e2",
    "1e39",
    "-1e39",
    "256",
    "65536",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "0.1",
    r#""""#,
    r#""low""#,
    r#""5""#,
    "[]",
    "{}",
    "[null]",
    r#"{"low":null}"#,
    r#"{"":{"":[]}}"#,
];

const TEXTS: [&str; 22] = [
    "",
    "a",
    "ab",
    "abc-1",
    "b-22",
    "ünï",
    "a\\u00e9b",
    "\\ud83d\\ude00",
    "😀😀",
    "low",
    "HIGH",
    "very-high",
    "a\\n\\\"b",
    "a text that is longer than the others",
    // Characters that are digits, letters or spaces in Unicode or in ECMA-262.
    "42",
    "٤٢",
    "a b",
    "a\\u00a0b",
    "a\\u0085b",
    "\\ufeff",
    "é\\u2028",
    "é\\r",
];

impl Writer {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            tame: seed.is_multiple_of(2),
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns whether it avoids unusual values, as every second writer does.
    pub(super) fn is_tame(&self) -> bool {
        self.tame
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("it is below a usize")
    }

    pub(super) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Writes a text for the schema, with a syntax error in one of eight.
    pub(super) fn text_for(&mut self, schema: &Value) -> String {
        let careful = self.one_in(2);
        let mut text = String::new();
        self.value(schema, schema, careful, 0, &mut text);
        if self.one_in(8) {
            self.damage(&mut text);
        }
        text
    }

    fn damage(&mut self, text: &mut String) {
        let locations: Vec<usize> = text.char_indices().map(|(location, _)| location).collect();
        let location = locations[self.below(locations.len())];
        match self.below(3) {
            0 => {
                text.remove(location);
            }
            1 => {
                let character = self.pick(&[
                    "\"", "{", "}", "[", "]", ",", ":", "\\", "0", "-", ".", "e", "\u{1}", "x", " ",
                ]);
                text.insert_str(location, character);
            }
            _ => text.truncate(location),
        }
    }

    /// Writes a value. A tame text has no junk, so that deep schemas sometimes match completely.
    fn value(
        &mut self,
        schema: &Value,
        root: &Value,
        careful: bool,
        depth: usize,
        text: &mut String,
    ) {
        if self.one_in(8) {
            text.push_str(self.pick(&[" ", "\n", "\t", "\r\n"]));
        }
        if !careful && self.one_in(24) {
            return text.push_str(self.pick(&JUNK));
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let target = root
                .pointer(&reference[1..])
                .expect("the reference leads somewhere");
            return self.value(target, root, careful, depth, text);
        }
        for choice in ["anyOf", "oneOf"] {
            if let Some(options) = schema[choice].as_array() {
                // Recursion ends at `null`, which is the last option.
                let option = if depth > 4 {
                    options.len() - 1
                } else {
                    self.below(options.len())
                };
                return self.value(&options[option], root, careful, depth, text);
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            return text.push_str(&values[self.below(values.len())].to_string());
        }
        match schema["type"].as_str() {
            Some("boolean") => text.push_str(self.pick(&["true", "false"])),
            Some("integer") => self.integer(schema, careful, text),
            Some("number") => self.number(schema, careful, text),
            Some("string") => self.string(schema, text),
            Some("array") => self.array(schema, root, careful, depth, text),
            Some("object") => self.object(schema, root, careful, depth, text),
            _ => text.push_str(self.pick(&JUNK)),
        }
    }

    fn bounds(schema: &Value) -> Vec<f64> {
        let keywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
        keywords
            .iter()
            .filter_map(|keyword| schema[*keyword].as_f64())
            .collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounds are small or saturate"
    )]
    fn integer(&mut self, schema: &Value, careful: bool, text: &mut String) {
        let bounds = Self::bounds(schema);
        let around = if bounds.is_empty() {
            0
        } else {
            bounds[self.below(bounds.len())] as i64
        };
        let step = schema["multipleOf"].as_i64().unwrap_or(1);
        let offset = i64::try_from(self.below(9)).expect("it is small") - 4;
        let number = match (careful, self.below(4)) {
            (true, _) => (5 + offset) * step,
            (false, 0) => around.saturating_add(offset),
            (false, 1) => i64::from_le_bytes(self.next().to_le_bytes()),
            (false, _) => offset * step,
        };
        write!(text, "{number}").expect("text takes everything");
        // Above 2^53 the judge cannot tell which integer a float is.
        if number.abs() < 1_000_000 && self.one_in(6) {
            text.push_str(self.pick(&[".0", "e0", ".00E+0", "e1", ".5e1", ".5"]));
        }
    }

    fn number(&mut self, schema: &Value, careful: bool, text: &mut String) {
        let bounds = Self::bounds(schema);
        let quarter = |number: usize| f64::from(u8::try_from(number).expect("it is small")) / 4.0;
        match (careful, self.below(6)) {
            (true, which) => write!(text, "{}", quarter(which % 3)),
            (false, 0) if !bounds.is_empty() => {
                write!(text, "{}", bounds[self.below(bounds.len())])
            }
            (false, 1) => write!(text, "{}", f64::from_bits(self.next() & !(1 << 62))),
            (false, 2) => write!(text, "{}e{}", self.below(100_000), self.below(60)),
            (false, 3) => write!(
                text,
                "-{}.{:03}E-{}",
                self.below(10),
                self.below(1000),
                self.below(30)
            ),
            (false, 4) => write!(text, "0.{}", self.next()),
            (false, which) => write!(text, "{}", quarter(which)),
        }
        .expect("text takes everything");
    }

    fn string(&mut self, schema: &Value, text: &mut String) {
        let chosen = match schema["pattern"].as_str() {
            Some(_) if self.one_in(2) => self.pick(&["abc-1", "b-22", "bb"]),
            _ => self.pick(&TEXTS),
        };
        write!(text, "\"{chosen}\"").expect("text takes everything");
    }

    fn array(
        &mut self,
        schema: &Value,
        root: &Value,
        careful: bool,
        depth: usize,
        text: &mut String,
    ) {
        let fixed = schema["prefixItems"].as_array();
        let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).expect("it is small");
        let count = match fixed {
            _ if depth > 4 => least,
            Some(fixed) if careful || !self.one_in(6) => fixed.len(),
            _ if careful => least + self.below(2),
            _ => (least + self.below(5)).saturating_sub(1),
        };
        text.push('[');
        for index in 0..count {
            if index > 0 {
                text.push(',');
            }
            let item = fixed
                .and_then(|fixed| fixed.get(index))
                .unwrap_or(&schema["items"]);
            self.value(item, root, careful, depth + 1, text);
        }
        text.push(']');
    }

    fn object(
        &mut self,
        schema: &Value,
        root: &Value,
        careful: bool,
        depth: usize,
        text: &mut String,
    ) {
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut members: Vec<(String, &Value)> = Vec::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = if required.contains(&name.as_str()) {
                careful || !self.one_in(12)
            } else {
                self.one_in(2)
            };
            let repeats = usize::from(wanted) * if self.one_in(10) { 2 } else { 1 };
            members.extend(std::iter::repeat_n((name.clone(), property), repeats));
        }
        if schema["additionalProperties"].is_object() {
            for _ in 0..self.below(4) {
                let key = self.pick(&["aa", "bb", "a", "aa"]);
                members.push((key.to_owned(), &schema["additionalProperties"]));
            }
        } else if !careful && self.one_in(6) {
            members.push((self.pick(&["unknown", "", "a"]).to_owned(), &Value::Null));
        }
        for index in (1..members.len()).rev() {
            members.swap(index, self.below(index + 1));
        }
        text.push('{');
        for (index, (name, property)) in members.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            self.key(name, text);
            self.value(property, root, careful, depth + 1, text);
        }
        text.push('}');
    }

    /// Writes a key, sometimes with its first letter escaped.
    fn key(&mut self, name: &str, text: &mut String) {
        match name.chars().next() {
            Some(first) if first.is_ascii() && self.one_in(20) => {
                write!(text, "\"\\u{:04x}{}\":", u32::from(first), &name[1..])
            }
            _ => write!(text, "\"{name}\":"),
        }
        .expect("text takes everything");
    }
}
