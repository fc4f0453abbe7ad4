use avocet::prelude::*;

struct Faults;

fn main() {
    let _ = App::new("Shop", "1.0.0").error_format(&Faults);
}
