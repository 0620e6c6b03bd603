//! A network that keeps its devices from each other, as the Wi-Fi of many schools does.

use std::time::Duration;

use tempfile::TempDir;

use crate::lab::Lab;
use crate::machine::{Machine, PORT, Running, converge};
use crate::scenarios::{invented, join, machines};

/// Several times as long as two devices need that can reach each other.
const LONG_ENOUGH: Duration = Duration::from_secs(8);

/// Two laptops on the Wi-Fi and a locker on a cable. Once the access point keeps the laptops apart,
/// nothing goes from one to the other, though each knows where the other is; by the locker it does.
pub fn by_the_locker(mut lab: Lab) {
    let dir = TempDir::new().unwrap();
    invented(dir.path(), 2, 40);
    lab.switch("office");
    let hosts = [lab.host(), lab.host(), lab.host()];
    let address = |number: usize| format!("10.1.0.{}", number + 2);
    let plug = |(number, host)| lab.cable(host, "office", &format!("{}/24", address(number)));
    let cables: Vec<_> = hosts.into_iter().enumerate().map(plug).collect();
    let machines = machines(&dir, &hosts);
    let (laptops, locker) = (&machines[..2], &machines[2]);
    let at = |number: usize| format!("{}:{PORT}", address(number));
    join(&lab, &laptops[0], locker, "locker", &at(0));
    let serve = |with: [usize; 2]| -> Vec<Running> {
        let each = laptops.iter().zip(with);
        let each = each.map(|(laptop, other)| laptop.serve(&lab, &["--with", &at(other)]));
        each.collect()
    };

    // Where nobody is kept apart they find each other; both know of the locker now.
    let together = serve([1, 0]);
    for laptop in &together {
        laptop.until("level", |event| event["event"] == "equal");
    }
    drop(together);
    lab.keep_apart(&[&cables[0], &cables[1]]);
    let notes = ["canary-of-the-first", "canary-of-the-second"];
    let records = [laptops[0].log(notes[0]), laptops[1].log(notes[1])];
    let reads = |who: usize, of: usize| laptops[who].reads(&records[of], notes[of]);

    let apart = serve([1, 0]);
    for laptop in &apart {
        laptop.until("start", |event| event["event"] == "listening");
    }
    for laptop in &apart {
        assert_eq!(laptop.within(LONG_ENOUGH), None, "they are not kept apart");
    }
    assert!(reads(0, 0) && reads(1, 1) && !reads(0, 1) && !reads(1, 0));
    drop(apart);

    // Both are told where the locker is.
    let _locker = serve_locker(&lab, locker);
    converge(laptops, &serve([2, 2]));
    assert!(reads(0, 1) && reads(1, 0));
}

fn serve_locker(lab: &Lab, locker: &Machine) -> Running {
    let serving = locker.serve(lab, &["--locker"]);
    serving.until("start", |event| event["event"] == "listening");
    serving
}
