//! Training posts: labelled JSON lines, in a file or in the files of a folder.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{
    ByteCounter, LabeledError, Place, Source, SourceError,
    jsonl::reason,
    lines::{ByteLines, split_line_break},
    utf8,
};
use crate::{
    labels::{LabeledPost, Split},
    post::PostId,
    similar::{self, NEAR},
    taxonomy::Taxonomy,
};

/// Reads training posts: of each path the file itself, or every `*.jsonl` of the folder in the
/// order of their names.
///
/// Gives the posts in the order of paths, files and lines, so that the same
/// folder gives the same posts on every machine, and beside them everything that
/// is wrong, in the same order: a line that is no labelled post, a label that
/// `taxonomy` or the text does not allow, an id that is there twice, a group in
/// both splits, near-copies ([`NEAR`]) in different groups. Posts with a fault are among the posts; lines that are no post are not.
///
/// # Errors
///
/// When a path cannot be opened, or a folder has no `*.jsonl`.
pub fn read_paths(
    paths: &[PathBuf],
    taxonomy: &Taxonomy,
) -> Result<(Vec<LabeledPost>, Vec<LabeledError>), SourceError> {
    let mut loader = Loader::new(taxonomy);
    for path in paths {
        for file in files(path)? {
            loader.read_file(&file)?;
        }
    }
    loader.find_near_copies();
    Ok((loader.posts, loader.faults))
}

/// Writes `posts` to `output`, one a line, in a form that [`read_paths`] reads.
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
fn files(path: &Path) -> Result<Vec<PathBuf>, SourceError> {
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
    if files.is_empty() { Err(SourceError::NoFiles { path: path.to_owned() }) } else { Ok(files) }
}

struct Loader<'a> {
    taxonomy: &'a Taxonomy,
    posts: Vec<LabeledPost>,
    /// Where each post stands.
    places: Vec<Place>,
    faults: Vec<LabeledError>,
    ids: BTreeMap<String, Place>,
    groups: BTreeMap<String, (Split, Place)>,
}

impl<'a> Loader<'a> {
    fn new(taxonomy: &'a Taxonomy) -> Self {
        let (ids, groups) = (BTreeMap::new(), BTreeMap::new());
        let (posts, places, faults) = (Vec::new(), Vec::new(), Vec::new());
        Self { taxonomy, posts, places, faults, ids, groups }
    }

    fn read_file(&mut self, path: &Path) -> Result<(), SourceError> {
        let input = Source::File(path.to_owned()).open(&ByteCounter::default())?;
        let mut lines = ByteLines::new(input);
        while let Some(line) = lines.advance_to_text() {
            let json = |line| Ok((line, utf8(line, split_line_break(lines.bytes()).0)?));
            let path = path.to_owned();
            match line.and_then(json) {
                Ok((line, json)) => self.read_line(Place { path, line }, json),
                Err(fault) => self.faults.push(LabeledError::Unreadable { path, fault }),
            }
        }
        Ok(())
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
        let (split, first) =
            self.groups.entry(post.group.clone()).or_insert_with(|| (post.split, place.clone()));
        if *split != post.split {
            let (group, first) = (post.group.clone(), first.clone());
            let place = place.clone();
            self.faults.push(LabeledError::SplitGroup { place, group, first });
        }
        self.posts.push(post);
        self.places.push(place);
    }

    /// Names each post that is joined to an earlier one of another group.
    fn find_near_copies(&mut self) {
        let texts: Vec<&str> = self.posts.iter().map(|post| post.text.as_str()).collect();
        for (at, first) in similar::groups(&texts, NEAR).into_iter().enumerate() {
            let (post, other) = (&self.posts[at], &self.posts[first]);
            if post.group != other.group {
                self.faults.push(LabeledError::NearCopy {
                    place: self.places[at].clone(),
                    id: PostId::new(post.id.clone()),
                    other: PostId::new(other.id.clone()),
                    first: self.places[first].clone(),
                });
            }
        }
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
            r#"{{"id":"{id}","text":"Biaya 15 juta {id}","lang":["id"],"text_type":"recruitment_ad","indicators":{indicators},"group":"{group}","author":"a","split":"{split}"}}"#
        )
    }

    /// The posts and the faults of a file of `lines`.
    fn read_lines(lines: &[String]) -> (Vec<LabeledPost>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        fs::write(&path, lines.join("\n")).unwrap();
        let (posts, faults) = read_paths(std::slice::from_ref(&path), &taxonomy()).unwrap();
        let path = path.display().to_string();
        (posts, faults.iter().map(|fault| fault.to_string().replace(&path, "a.jsonl")).collect())
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (posts, faults) = read_lines(&[
            line("1", "g", "train", "{}"),
            line("2", "g", "train", "{}"),
            line("3", "h", "test", "{}"),
        ]);
        assert_eq!((posts.len(), faults.len()), (3, 0));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.jsonl");
        save(&path, &posts).unwrap();
        assert_eq!(read_paths(&[path], &taxonomy()).unwrap().0, posts);
    }

    #[test]
    fn the_files_of_a_folder_are_read_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for (file, id) in [("b.jsonl", "2"), ("a.jsonl", "1"), ("c.txt", "3")] {
            fs::write(folder.path().join(file), line(id, id, "train", "{}")).unwrap();
        }
        let paths = [folder.path().join("b.jsonl"), folder.path().to_owned()];
        let (posts, faults) = read_paths(&paths, &taxonomy()).unwrap();
        let ids: Vec<_> = posts.iter().map(|post| post.id.as_str()).collect();
        assert_eq!(ids, ["2", "1", "2"]);
        assert!(matches!(faults[..], [LabeledError::DuplicateId { .. }]), "across paths too");
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
        let (posts, errors) = read_lines(&lines);
        assert_eq!(posts.len(), 2);
        let expected = [
            "a.jsonl: line 2, column 7: not a labelled post: invalid type: integer `1`, expected a string",
            "a.jsonl: line 4: unknown indicator `not_there`; use an id of taxonomy.toml",
            "a.jsonl: line 4: id `1` is taken by a.jsonl: line 1; give one of them another id",
            "a.jsonl: line 4: group `g` is in the other split at a.jsonl: line 1; keep a group in one split",
            "a.jsonl: line 5, column 114: not a labelled post: unknown field `writer`, expected one of",
        ];
        assert_eq!(errors.len(), expected.len(), "{errors:#?}");
        for (error, expected) in errors.iter().zip(expected) {
            assert!(error.starts_with(expected), "{error} is not {expected}");
        }
    }

    #[test]
    fn near_copies_share_a_group() {
        let long = |id: &str, group: &str, end: &str| {
            let text = format!("kami mencari dua orang untuk jaga toko kain di pasar {end}");
            line(id, group, "train", "{}").replace(&format!("Biaya 15 juta {id}"), &text)
        };
        let (_, errors) = read_lines(&[long("1", "g", "lama"), long("2", "g", "baru")]);
        assert_eq!(errors, Vec::<String>::new());
        let (_, errors) = read_lines(&[long("1", "g", "lama"), long("2", "h", "baru")]);
        assert_eq!(
            errors,
            [
                "a.jsonl: line 2: `2` is a near-copy of `1` at a.jsonl: line 1, in another group; give both one group, or remove one"
            ]
        );
    }

    #[test]
    fn a_missing_file_and_a_folder_without_posts_are_named() {
        let missing = PathBuf::from("no/such/file.jsonl");
        let error = read_paths(&[missing], &taxonomy()).unwrap_err();
        assert_eq!(error.to_string(), "cannot open no/such/file.jsonl");
        let empty = tempfile::tempdir().unwrap();
        let error = read_paths(&[empty.path().to_owned()], &taxonomy()).unwrap_err();
        assert!(matches!(error, SourceError::NoFiles { .. }));
    }
}
