//! `--open`: the page in the default browser.

use super::preview;
use crate::run::{Folder, png};

#[test]
fn a_page_for_stdout_cannot_be_opened() {
    let folder = Folder::new().with("a.png", png(200, 200));

    let run = preview(&folder, &["a.png", "--open", "--out", "-"]);

    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{run:?}");
    assert!(
        run.stderr.contains("--open needs a page in a file"),
        "{run:?}"
    );
}

/// Which program opens files is by the path only on these.
#[cfg(target_os = "linux")]
mod by_path {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::thread;
    use std::time::{Duration, Instant};

    use crate::run::{Folder, Run, group_picture, png};

    fn open(folder: &Folder) -> Run {
        Run::of(
            group_picture()
                .current_dir(folder.path())
                .env("PATH", folder.at("bin"))
                .args(["preview", "a.png", "--open", "--out=-page.html"]),
        )
    }

    #[test]
    fn the_page_is_given_to_the_program_that_opens_files_once_it_is_there() {
        let script =
            "#!/bin/sh\n[ -s \"$1\" ] && echo \"$1\" > opening && /bin/mv opening opened\n";
        let folder = Folder::new()
            .with("a.png", png(200, 200))
            .with("bin/xdg-open", script);
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.at("bin/xdg-open"), executable).unwrap();

        let run = open(&folder);
        let begun = Instant::now();
        while !folder.at("opened").exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{run:?}");
            thread::sleep(Duration::from_millis(20));
        }

        assert_eq!(run.code, Some(0), "{run:?}");
        let opened = fs::read_to_string(folder.at("opened")).unwrap();
        let page = folder.path().canonicalize().unwrap().join("-page.html");
        assert_eq!(opened.trim_end(), page.to_str().unwrap());
    }

    #[test]
    fn a_page_that_cannot_be_opened_is_a_warning() {
        let folder = Folder::new()
            .with("a.png", png(200, 200))
            .with("bin/other", "");

        let run = open(&folder);

        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            run.stderr
                .contains("-page.html was written but cannot be opened: "),
            "{run:?}"
        );
        assert!(folder.at("-page.html").exists());
    }
}
