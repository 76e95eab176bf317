//! What is previewed: photos, or the photos of a list of groups.

use std::path::{Path, PathBuf};

use upload::Messenger;

use crate::commands::preview::args::Preview;
use crate::input::groups::{self, Folder, Groups, List, Member};
use crate::input::overrides::{Override, Overrides, Roster};
use crate::input::source::{self, Source};
use crate::input::walk::{self, Found};
use crate::report::escape;
use crate::report::failure::Failure;
use crate::report::passed::Passed;
use crate::report::refusal::Refusal;
use crate::target::Target;

/// A photo to look at.
#[derive(Debug)]
pub(crate) struct Item {
    /// Its place in the order that was given, from 1.
    pub(super) number: usize,
    pub(super) path: PathBuf,
    /// What it is called for people.
    pub(super) name: PathBuf,
    /// What it is called in a list of overrides; nothing if its name is no text.
    pub(super) key: Option<String>,
    /// Whom it is for, if that is known.
    pub(super) target: Option<Target>,
    /// What that group is called, if that is known.
    pub(super) group_name: Option<String>,
    pub(super) instead: Override,
    /// Why it cannot be read.
    pub(super) failure: Option<Failure>,
}

impl Item {
    /// Whom it is for, as people say it.
    pub(super) fn group(&self) -> Option<String> {
        let target = self.target.as_ref()?;
        Some(match &self.group_name {
            Some(name) => format!("{}, {target}", escape::text(name)),
            None => target.to_string(),
        })
    }

    /// What its card, and all on it, is called by those who do not see it.
    pub(super) fn label(&self) -> String {
        let photo = escape::path(&self.name);
        match self.group() {
            Some(group) => format!("{photo}, {group}"),
            None => photo.to_string(),
        }
    }
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    /// What was skipped in folders.
    pub(super) passed: Passed,
}

/// Finds what `config` asks to see.
pub(super) fn find(config: &Preview) -> Result<Items, Refusal> {
    let overrides = config.overrides.path.as_deref();
    let ours: Vec<&Path> = overrides.into_iter().chain(config.out.path()).collect();
    let names = config.names.names.as_deref();
    let inputs = config.inputs.iter().map(PathBuf::as_path);
    source::check_stdin(inputs.chain(overrides).chain(names))?;
    let ours: Vec<&Path> = ours.into_iter().chain(names).collect();
    let folder = Folder {
        ours: &ours,
        non_images: config.folders.non_images,
    };
    match &*config.inputs {
        [list] if is_list(list) => {
            let groups = read(list, config.messenger, names, folder)?;
            let roster = groups.roster(list);
            let overrides = Overrides::read(overrides, &roster)?;
            Ok(Items::of_groups(groups, list, &roster, &overrides))
        }
        inputs
            if inputs
                .iter()
                .any(|input| Source::of(input) == Source::Stdin) =>
        {
            let reason = "stdin (-) is a list of groups, which is previewed alone";
            Err(Refusal::usage(reason))
        }
        inputs => {
            let found = walk::find(inputs, config.depth, &ours, config.folders.non_images);
            let roster = found.roster();
            let overrides = Overrides::read(overrides, &roster)?;
            Ok(Items::of_photos(found, &roster, &overrides))
        }
    }
}

/// Reads a list of groups, which may be for several accounts.
fn read(
    path: &Path,
    messenger: Messenger,
    names: Option<&Path>,
    folder: Folder<'_>,
) -> Result<Groups, Refusal> {
    let list = List::open(path)?;
    let profiles = list.profiles(None)?;
    let accounts = match &*profiles {
        [] => vec![(None, messenger)],
        profiles => profiles
            .iter()
            .map(|name| (Some(name), messenger))
            .collect(),
    };
    list.read(&Member::all(accounts, names)?, folder)
}

impl Items {
    fn of_groups(groups: Groups, list: &Path, roster: &Roster, overrides: &Overrides) -> Self {
        let mut items = Self {
            passed: groups.passed,
            ..Self::default()
        };
        let folder = groups::folder_of(list);
        for assignment in groups.list {
            let path = assignment.photo;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
            let group_name = groups.names.get(&assignment.target).cloned();
            let item = items.push(path, name, roster, overrides);
            item.target = Some(assignment.target);
            item.group_name = group_name;
        }
        items
    }

    fn of_photos(found: Found, roster: &Roster, overrides: &Overrides) -> Self {
        let mut items = Self {
            passed: found.passed,
            ..Self::default()
        };
        for photo in found.photos {
            let name = photo.name();
            items.push(photo.path, name, roster, overrides);
        }
        for (path, failure) in found.failures {
            let item = items.push(path.clone(), path, roster, overrides);
            item.key = None;
            item.failure = Some(failure);
        }
        items
    }

    fn push(
        &mut self,
        path: PathBuf,
        name: PathBuf,
        roster: &Roster,
        overrides: &Overrides,
    ) -> &mut Item {
        let key = roster.name_of(&path, &name);
        self.items.push(Item {
            number: self.items.len() + 1,
            instead: overrides.of(&path),
            name: key.as_ref().map_or(name, PathBuf::from),
            key,
            path,
            target: None,
            group_name: None,
            failure: None,
        });
        self.items.last_mut().expect("it was pushed just now")
    }
}

/// Returns whether this is a list of groups: stdin, or a file. Photos are recognized by their content, but none has such a
/// name.
fn is_list(path: &Path) -> bool {
    if Source::of(path) == Source::Stdin {
        return true;
    }
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_named_so = extension
        .is_some_and(|extension| ["csv", "tsv"].contains(&&*extension.to_ascii_lowercase()));
    is_named_so && !path.is_dir()
}
