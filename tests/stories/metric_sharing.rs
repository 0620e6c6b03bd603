//! A teacher writes a metric, the head reviews and approves it, a mentor runs it: over three
//! devices that meet only now and then. (Rules 5, 6 and 9.)

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::device::{Demo, Device, join_as, meet, string};

const ID: &str = "detentions-attended";

const MANIFEST: &str = r#"id = "detentions-attended"
name = "Detentions attended"
version = "1.0.0"
api = 1
question = "How many detentions are there in each year group?"
reads = ["detentions"]

[options]
window = { type = "period", default = "this_year" }
"#;

/// Written from the reference alone.
const SCRIPT: &str = r#"// detentions-attended: how many detentions are there in each year group?
fn run(cx, p) {
  let years = cx.detentions.within(p.window).group("year_group")
                .agg(#{ detentions: count(), pupils: n_unique(col("pupil")) }).collect();
  let out = report("Detentions attended").options(p);
  for one in years.rows() {
    out.finding(#{ level: "info", text: `Year ${one.year_group}: ${one.detentions} detentions` });
  }
  out.table(years, #{ title: "Detentions by year group" });
  out.done()
}
"#;

const EXAMPLE: &str = r#"{
  "says": "one pupil is too few to be shown",
  "as_of": "2026-02-27",
  "records": [
    {"kind": "calendar", "id": "@year", "fields": {"year": "2025/26", "from": "2025-09-01",
     "to": "2026-07-31", "terms": {"spring_1": {"from": "2026-01-05", "to": "2026-02-27"}}}},
    {"kind": "pupil", "id": "@ana", "from": "2025-09-01",
     "fields": {"forename": "Ana", "surname": "Test", "year_group": "9"}},
    {"kind": "detention", "id": "@d", "fields": {"pupil": "@ana", "type": "after_school",
     "starts_at": "2026-01-12T15:00", "reason": "disruption"}}
  ],
  "expect": { "tables": [{ "rows": [["Year 9", null, null]] }] }
}
"#;

/// Writes the metric as its author has it in this version.
fn write(author: &Device, dir: &Path, version: &str, script: &str) -> PathBuf {
    let folder = dir.join(version).join(ID);
    std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
    author.json(&["metric", "new", folder.to_str().unwrap()]);
    std::fs::write(folder.join("plugin.toml"), MANIFEST.replace("1.0.0", version)).unwrap();
    std::fs::write(folder.join("metric.rhai"), script).unwrap();
    std::fs::remove_file(folder.join("examples/small-groups.json")).unwrap();
    std::fs::write(folder.join("examples/one-pupil.json"), EXAMPLE).unwrap();
    folder
}

fn without_seconds(mut report: Value) -> Value {
    report["seconds"] = Value::Null;
    report
}

#[test]
fn a_metric_goes_from_a_teacher_over_the_head_to_a_mentor() {
    assert!(SCRIPT.lines().count() < 25);
    let (demo, dir) = (Demo::new(), TempDir::new().unwrap());
    let (head, mentor) = (demo.head(), demo.mentor());
    let teacher = join_as(&head, &dir.path().join("teacher"), &["--role", "mentor"]);
    meet(&head, &teacher);
    let folder = write(&teacher, dir.path(), "1.0.0", SCRIPT);
    let path = folder.to_str().unwrap();
    let checked = teacher.json(&["metric", "check", path]);
    assert_eq!(checked["passed"], json!(["examples/one-pupil.json"]), "{checked:#}");
    // The author runs it before anybody has looked at it, by its folder and by its id.
    let own = without_seconds(teacher.json(&["metric", "run", path]));
    assert!(own["findings"].as_array().unwrap().len() > 1, "{own:#}");
    let shared = teacher.json(&["metric", "share", path, "--note", "For the autumn review"]);
    assert_eq!(shared["state"], "waiting", "{shared:#}");
    assert_eq!(without_seconds(teacher.json(&["metric", "run", ID])), own);
    let again = teacher.refused(&["metric", "share", path]);
    assert!(again.starts_with("`detentions-attended` 1.0.0 is here already: Ben Ito"), "{again}");

    meet(&head, &teacher);
    meet(&head, &mentor);
    let refused = mentor.refused(&["metric", "run", ID]);
    let day = refused.split(" on ").nth(1).unwrap().split(',').next().unwrap();
    assert_eq!(
        refused,
        format!(
            "not allowed: `detentions-attended` 1.0.0 waits for review: Ben Ito shared it on \
             {day}, and others run it once a lead has approved it"
        )
    );
    let cannot = mentor.refused(&["metric", "approve", ID]);
    assert_eq!(cannot, "not allowed: approving a metric is for leads and above");
    let cannot = mentor.refused(&["metric", "review", ID]);
    assert_eq!(cannot, "not allowed: reviewing what others share is for leads and above");

    assert_eq!(head.json(&["status"])["metrics_waiting"], 1);
    assert_eq!(mentor.json(&["status"])["metrics_waiting"], 0);
    let review = head.json(&["metric", "review", ID]);
    assert_eq!(review["old"], Value::Null);
    assert_eq!(review["passed"], json!(["examples/one-pupil.json"]));
    assert_eq!(review["new"]["note"], "For the autumn review");
    assert_eq!(review["new"]["signature"]["known_as"], "Ben Ito");
    assert_eq!(review["reads_more"], json!(["detentions"]));
    let approved = head.json(&["metric", "approve", ID]);
    assert_eq!(approved["state"], "approved");
    meet(&head, &mentor);
    let ran = without_seconds(mentor.json(&["metric", "run", ID]));
    assert_eq!(ran["script_hash"], review["new"]["script_hash"]);
    assert_eq!(ran["findings"], own["findings"], "the same data, the same answer");
    let listed = mentor.json(&["metric", "list"]);
    let of_it = listed["metrics"].as_array().unwrap().iter().find(|one| one["id"] == ID).unwrap();
    assert_eq!((&of_it["state"], &of_it["shared"]["by"]), (&"approved".into(), &"Ben Ito".into()));
    mentor.verify();
}

/// Until an update is approved everybody gets the old answer; a lead sees both side by side.
#[test]
fn an_update_takes_effect_with_its_approval() {
    let (demo, dir) = (Demo::new(), TempDir::new().unwrap());
    let (head, mentor) = (demo.head(), demo.mentor());
    let first = write(&mentor, dir.path(), "1.0.0", SCRIPT);
    mentor.json(&["metric", "share", first.to_str().unwrap()]);
    meet(&head, &mentor);
    head.json(&["metric", "approve", ID]);
    let before = without_seconds(head.json(&["metric", "run", ID]));
    let script = SCRIPT.replace("detentions` }", "detentions this year` }");
    assert_ne!(script, SCRIPT);
    let second = write(&mentor, dir.path(), "1.1.0", &script);
    mentor.json(&["metric", "share", second.to_str().unwrap()]);
    meet(&head, &mentor);
    assert_eq!(without_seconds(head.json(&["metric", "run", ID])), before);

    let review = head.json(&["metric", "review", ID]);
    assert_eq!(
        (&review["old"]["version"], &review["new"]["version"]),
        (&"1.0.0".into(), &"1.1.0".into())
    );
    let pairs = review["findings"].as_array().unwrap();
    assert!(!pairs.is_empty());
    for pair in pairs {
        let (old, new) = (string(&pair["old"]), string(&pair["new"]));
        assert_eq!((format!("{old} this year"), pair["same"].clone()), (new, false.into()));
    }
    assert_eq!(review["tables"][0]["same"], true, "{review:#}");
    let files: Vec<String> =
        review["files"].as_array().unwrap().iter().map(|one| string(&one["file"])).collect();
    assert_eq!(files, ["metric.rhai", "plugin.toml"]);
    let lines = review["files"][0]["lines"].as_array().unwrap().iter();
    let signs: String =
        lines.map(|line| string(&line["sign"])).filter(|sign| sign != " ").collect();
    assert_eq!(signs, "-+");
    let text = head.text(&["metric", "review", ID]);
    assert!(text.contains("To decide: sheaf metric approve detentions-attended"), "{text}");

    head.json(&["metric", "approve", ID]);
    meet(&head, &mentor);
    let after = mentor.json(&["metric", "run", ID]);
    assert_eq!(after["version"], "1.1.0");
    let old = mentor.json(&["metric", "run", ID, "--version", "1.0.0"]);
    assert_eq!(old["findings"], before["findings"]);
    let refuse = ["metric", "refuse", ID, "--reason", "The words are not clear"];
    assert_eq!(head.json(&refuse)["state"], "refused");
    assert_eq!(without_seconds(head.json(&["metric", "run", ID])), before);
}

/// What was changed after it was signed, or never was signed, is refused with the file.
#[test]
fn changed_and_unsigned_packages_are_refused_by_file() {
    let (demo, dir) = (Demo::new(), TempDir::new().unwrap());
    let (head, dsl) = (demo.head(), demo.dsl());
    let folder = write(&head, dir.path(), "1.0.0", SCRIPT);
    let path = folder.to_str().unwrap();
    let before = dsl.digests();
    let unsigned = dsl.refused(&["metric", "import", path]);
    assert_eq!(
        unsigned.replace(path, "FOLDER"),
        "FOLDER: `signature.json` is missing, so nobody answers for these files; whoever wrote the \
         metric signs it with `sheaf metric sign`"
    );
    let signed = head.json(&["metric", "sign", path]);
    assert_eq!(signed["path"], format!("{path}/signature.json"));
    let script = folder.join("metric.rhai");
    std::fs::write(&script, SCRIPT.replace("Detentions", "Suspensions")).unwrap();
    let changed = "`metric.rhai` of the metric: was changed after it was signed; sign the metric \
                   again with `sheaf metric sign`, or fetch it from its author again";
    for command in ["import", "share", "check", "run"] {
        assert_eq!(dsl.refused(&["metric", command, path]), changed);
    }
    std::fs::write(&script, SCRIPT).unwrap();
    std::fs::write(folder.join("examples/more.json"), "{}").unwrap();
    assert_eq!(
        dsl.refused(&["metric", "import", path]),
        "`examples/more.json` of the metric: was added after the metric was signed"
    );
    std::fs::remove_file(folder.join("examples/more.json")).unwrap();
    assert_eq!(dsl.digests(), before, "nothing was taken in");

    // The zip file brings the same files, and waits for review here too.
    let zip = dir.path().join("metric.zip");
    head.json(&["metric", "export", path, zip.to_str().unwrap()]);
    let taken = dsl.json(&["metric", "import", zip.to_str().unwrap()]);
    assert_eq!(taken["state"], "waiting");
    std::fs::write(&zip, b"PK\x05\x06").unwrap();
    let broken = dsl.refused(&["metric", "import", zip.to_str().unwrap()]);
    assert_eq!(broken, "`zip file` of the metric: is no whole zip file; copy or export it again");
}
