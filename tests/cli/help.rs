//! Examples, completions and manual pages, through the binary.

use std::process::Command;

use crate::run::{Run, group_picture};

/// The commands that the program lists.
fn commands() -> Vec<String> {
    let run = Run::of(group_picture().arg("--help"));
    let (_, rest) = run.stdout.split_once("Commands:\n").unwrap();
    rest.lines()
        .take_while(|line| line.starts_with("  "))
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

fn help(command: &str) -> String {
    Run::of(group_picture().args([command, "--help"])).stdout
}

#[test]
fn every_command_has_examples_and_their_options_are_its_own() {
    let commands = commands();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let help = help(&command);
        let (options, below) = help.split_once("\nExamples:\n").expect(&command);
        let (examples, _) = below.split_once("\nExit codes:\n").expect(&command);

        let lines = examples.lines().filter(|line| line.starts_with("    "));
        let lines: Vec<&str> = lines.collect();

        assert!(!lines.is_empty(), "{command}");
        assert!(
            lines.iter().all(|line| line.contains("group-picture ")),
            "{lines:?}"
        );
        for word in lines.iter().flat_map(|line| line.split_whitespace()) {
            let Some(name) = word.strip_prefix("--") else {
                continue;
            };
            let name = name.split('=').next().unwrap();
            assert!(options.contains(&format!("--{name}")), "{command}: {word}");
        }
    }
}

#[test]
fn the_help_of_batch_begins_with_the_job_and_ends_with_pictures() {
    let help = help("batch");

    let place = |heading: &str| help.find(&format!("\n{heading}:\n")).expect(heading);

    let order = [
        "Job",
        "Account",
        "Pace",
        "Limits",
        "Picture",
        "Examples",
        "Exit codes",
    ];
    let places = order.map(place);
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn completions_of_each_shell_name_every_command() {
    for (shell, part) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef group-picture"),
        ("fish", "complete -c group-picture"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let run = Run::of(group_picture().args(["completions", shell]));

        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{shell}");
        assert!(run.stdout.contains(part), "{shell}");
        for command in commands() {
            assert!(run.stdout.contains(&command), "{shell}: {command}");
        }
    }
    let wrong = Run::of(group_picture().args(["completions", "tcsh"]));
    assert_eq!(wrong.code, Some(2));
}

#[test]
fn bash_completes_an_option_by_the_script() {
    let script = Run::of(group_picture().args(["completions", "bash"])).stdout;
    let (_, function) = script.split_once("complete -F ").unwrap();
    let function = function.split_whitespace().next().unwrap();
    let ask = format!(
        "\nCOMP_WORDS=(group-picture batch --retry-f); COMP_CWORD=2; \
         {function} group-picture --retry-f batch; echo \"${{COMPREPLY[@]}}\""
    );
    let Ok(bash) = Command::new("bash")
        .args(["-c", &format!("{script}{ask}")])
        .output()
    else {
        eprintln!("skipped: there is no bash");
        return;
    };

    let completed = String::from_utf8_lossy(&bash.stdout).trim().to_owned();

    assert_eq!(completed, "--retry-failed", "{bash:?}");
}

#[test]
fn each_command_has_a_manual_page_with_its_options_and_examples() {
    let program = Run::of(group_picture().arg("man"));
    assert_eq!(program.code, Some(0), "{program:?}");
    for command in commands() {
        assert!(program.stdout.contains(&command), "{command}");

        let page = Run::of(group_picture().args(["man", &command]));

        assert_eq!(page.code, Some(0), "{page:?}");
        assert!(
            page.stdout
                .contains(&format!(".TH group-picture-{command} 1")),
            "{}",
            &page.stdout[..400]
        );
        assert!(page.stdout.contains("Examples:"), "{command}");
    }
    let wrong = Run::of(group_picture().args(["man", "fly"]));
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
}
