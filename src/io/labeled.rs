//! Training posts: labelled JSON lines, in a file or in the files of a folder.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{
    ByteCounter, LabeledError, Place, ReadError, Source, SourceError, jsonl::reason,
    lines::ByteLines, utf8,
};
use crate::{
    labels::{LabeledPost, Split},
    post::PostId,
    taxonomy::Taxonomy,
};

/// Reads a file of training posts, or every `*.jsonl` of a folder in the order of their names.
///
/// The posts come in the order of files and lines, so the same folder gives the
/// same posts on every machine.
///
/// # Errors
///
/// Everything that is wrong, in the order of files and lines: a line that is no
/// labelled post, a label that `taxonomy` or the text does not allow, an id that
/// is there twice, a group in both splits.
pub fn load(path: &Path, taxonomy: &Taxonomy) -> Result<Vec<LabeledPost>, Vec<LabeledError>> {
    let mut loader = Loader { taxonomy, posts: Vec::new(), faults: Vec::new(), ids: BTreeMap::new(), groups: BTreeMap::new() };
    match files(path) {
        Ok(files) => files.into_iter().for_each(|file| loader.read_file(file)),
        Err(error) => loader.faults.push(error),
    }
    if loader.faults.is_empty() { Ok(loader.posts) } else { Err(loader.faults) }
}

/// Writes `posts` to `output`, one a line, in a form that [`load`] reads.
///
/// # Errors
///
/// When `output` fails.
pub fn write(posts: &[LabeledPost], mut output: impl Write) -> io::Result<()> {
    for post in posts {
        serde_json::to_writer(&mut output, post)?;
        output.write_all(b"\n")?;
    }
    output.flush()
}

/// Writes `posts` to the file `path`, in place of what is there.
///
/// # Errors
///
/// When the file cannot be written.
pub fn save(path: &Path, posts: &[LabeledPost]) -> io::Result<()> {
    write(posts, BufWriter::new(File::create(path)?))
}

/// The file itself, or the `*.jsonl` of a folder, sorted by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, LabeledError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
    });
    let mut files = entries
        .map_err(|source| SourceError::Open { input: Source::File(path.to_owned()), source })?;
    files.retain(|file| file.extension().is_some_and(|end| end == "jsonl") && file.is_file());
    files.sort();
    if files.is_empty() { Err(LabeledError::NoFiles { path: path.to_owned() }) } else { Ok(files) }
}

struct Loader<'a> {
    taxonomy: &'a Taxonomy,
    posts: Vec<LabeledPost>,
    faults: Vec<LabeledError>,
    ids: BTreeMap<String, Place>,
    groups: BTreeMap<String, (Split, Place)>,
}

impl Loader<'_> {
    fn read_file(&mut self, path: PathBuf) {
        let input = match Source::File(path.clone()).open(&ByteCounter::default()) {
            Ok(input) => input,
            Err(error) => return self.faults.push(error.into()),
        };
        let mut lines = ByteLines::new(input);
        while let Some(line) = lines.advance_to_text() {
            let read = line.and_then(|line| Ok((line, utf8(line, lines.bytes())?)));
            match read {
                Ok((line, json)) => self.read_line(Place { path: path.clone(), line }, json),
                Err(fault) => self.unreadable(path.clone(), fault),
            }
        }
    }

    fn unreadable(&mut self, path: PathBuf, fault: ReadError) {
        self.faults.push(LabeledError::Unreadable { path, fault });
    }

    fn read_line(&mut self, place: Place, json: &str) {
        match serde_json::from_str(json) {
            Ok(post) => self.check(place, post),
            Err(error) => {
                let (column, reason) = (error.column(), reason(&error));
                self.faults.push(LabeledError::Malformed { place, column, reason });
            }
        }
    }

    fn check(&mut self, place: Place, post: LabeledPost) {
        for fault in post.faults(self.taxonomy) {
            self.faults.push(LabeledError::Label { place: place.clone(), fault });
        }
        if let Some(first) = self.ids.get(&post.id) {
            let (id, first) = (PostId::new(post.id.clone()), first.clone());
            self.faults.push(LabeledError::DuplicateId { place: place.clone(), id, first });
        } else {
            self.ids.insert(post.id.clone(), place.clone());
        }
        let (split, first) = self.groups.entry(post.group.clone()).or_insert_with(|| (post.split, place.clone()));
        if *split != post.split {
            let (group, first) = (post.group.clone(), first.clone());
            self.faults.push(LabeledError::SplitGroup { place, group, first });
        }
        self.posts.push(post);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxonomy() -> Taxonomy {
        Taxonomy::from_toml(include_str!("../../models/domain/taxonomy.toml")).unwrap()
    }

    fn line(id: &str, group: &str, split: &str, indicators: &str) -> String {
        format!(
            r#"{{"id":"{id}","text":"Biaya 15 juta","lang":["id"],"text_type":"recruitment_ad","indicators":{indicators},"group":"{group}","author":"a","split":"{split}"}}"#
        )
    }

    fn load_lines(lines: &[String]) -> Result<Vec<LabeledPost>, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        fs::write(&path, lines.join("\n")).unwrap();
        let hide = |error: LabeledError| error.to_string().replace(&path.display().to_string(), "a.jsonl");
        load(&path, &taxonomy()).map_err(|errors| errors.into_iter().map(hide).collect())
    }

    #[test]
    fn what_is_written_is_read_back() {
        let label = r#"{"no_complaints":{"state":"denied"}}"#;
        let lines = [line("1", "g", "train", "{}"), line("2", "g", "train", "{}"), line("3", "h", "test", "{}")];
        let posts = load_lines(&lines).unwrap();
        assert_eq!(posts.len(), 3);
        assert!(load_lines(&[line("1", "g", "train", label)]).is_err(), "no such indicator");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.jsonl");
        save(&path, &posts).unwrap();
        assert_eq!(load(&path, &taxonomy()).unwrap(), posts);
    }

    #[test]
    fn the_files_of_a_folder_are_read_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for (file, id) in [("b.jsonl", "2"), ("a.jsonl", "1"), ("c.txt", "3")] {
            fs::write(folder.path().join(file), line(id, id, "train", "{}")).unwrap();
        }
        let ids: Vec<_> = load(folder.path(), &taxonomy()).unwrap().into_iter().map(|post| post.id).collect();
        assert_eq!(ids, ["1", "2"]);
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(load(empty.path(), &taxonomy()).unwrap_err()[..], [LabeledError::NoFiles { .. }]));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let unknown = r#"{"not_there":{"state":"denied"}}"#;
        let lines = [
            line("1", "g", "train", "{}"),
            "{\"id\":1".to_owned(),
            String::new(),
            line("1", "g", "test", unknown),
            line("5", "h", "test", "{}").replace("\"author\"", "\"writer\""),
        ];
        let errors = load_lines(&lines).unwrap_err();
        let expected = [
            "a.jsonl: line 2, column 7: not a labelled post: invalid type: integer `1`, expected a string",
            "a.jsonl: line 4: unknown indicator `not_there`; use an id of taxonomy.toml",
            "a.jsonl: line 4: id `1` is taken by a.jsonl: line 1; give one of them another id",
            "a.jsonl: line 4: group `g` is in the other split at a.jsonl: line 1; keep a group in one split",
            "a.jsonl: line 5, column 132: not a labelled post: unknown field `writer`, expected one of",
        ];
        assert_eq!(errors.len(), expected.len(), "{errors:#?}");
        for (error, expected) in errors.iter().zip(expected) {
            assert!(error.starts_with(expected), "{error} is not {expected}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let errors = load(Path::new("no/such/file.jsonl"), &taxonomy()).unwrap_err();
        assert_eq!(errors[0].to_string(), "cannot open no/such/file.jsonl");
    }
}
