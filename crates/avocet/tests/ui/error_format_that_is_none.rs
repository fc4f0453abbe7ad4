use avocet::prelude::*;
use avocet::response::ErrorFormat;

struct Faults;

fn main() {
    let _ = App::new("Shop", "1.0.0").error_format(&Faults);
    let _ = ErrorFormat::Custom(&Faults);
}
