#!/usr/bin/env python3
"""Indicators, text type and ranking by rivals, fitted to the same training posts.

    waspada evaluate training-data --split all --by-post all.jsonl
    python3 benches/peers/indicators.py training-data all.jsonl [--real posts.jsonl real.jsonl] [--ordinary ads.jsonl ...]

`all.jsonl` gives the level that the rules make of each post's labels. Posts under `--real` are labelled posts in the
form of the training data with such a file of their own; `--ordinary` are unlabelled posts, presumed honest, with a
`text`. Rivals: the lexicon alone (for each indicator the one concept that finds it best on the training posts), TF-IDF
with logistic regression (scikit-learn, words 1-2), fastText (one vs all, words 1-2, pieces 2-5).
Each picks its thresholds on a fifth of the training posts that it was not fitted to, by group. Needs scikit-learn and fasttext.
"""
import argparse, hashlib, json, pathlib, re, sys, tempfile, tomllib

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

SCORED = {"recruitment_ad", "question_about_ad"}


def rows(path):
    path = pathlib.Path(path)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [json.loads(line) for file in files for line in file.open(encoding="utf-8")]


class Data:
    """Posts, a matrix of indicators (1, 0, or -1 for what the label leaves open), text types, high or not."""

    def __init__(self, posts, levels, indicators):
        self.posts, self.texts = posts, [post["text"] for post in posts]
        self.labels = np.zeros((len(posts), len(indicators)), dtype=int)
        for at, post in enumerate(posts):
            if post["text_type"] not in SCORED:
                self.labels[at] = -1
            for name, label in post.get("indicators", {}).items():
                value = {"present": 1, "unclear": -1}.get(label["state"], 0)
                self.labels[at, indicators.index(name)] = value
        self.types = np.array([post["text_type"] for post in posts])
        self.high = np.array([levels[post["id"]] in ("high", "critical") for post in posts])

    def part(self, keep):
        other = object.__new__(Data)
        other.posts = [post for post, k in zip(self.posts, keep) if k]
        other.texts = [text for text, k in zip(self.texts, keep) if k]
        other.labels, other.types, other.high = self.labels[keep], self.types[keep], self.high[keep]
        return other


def flat(text):
    return re.sub(r"\d", "0", text.lower())


class Lexicon:
    name = "lexicon alone"

    def __init__(self, path):
        concepts = tomllib.loads(pathlib.Path(path).read_text(encoding="utf-8"))["concepts"]
        self.patterns = {}
        for name, concept in concepts.items():
            parts = [p for lang in ("id", "ms", "en") for p in concept.get(lang, [])]
            if parts:
                self.patterns[name] = re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)")

    def found(self, texts):
        return np.array([[bool(p.search(flat(t))) for p in self.patterns.values()] for t in texts])

    def fit(self, data):
        found = self.found(data.texts)
        self.choice = []
        for at in range(data.labels.shape[1]):
            keep = data.labels[:, at] >= 0
            target, seen = data.labels[keep, at] == 1, found[keep]
            hits = (seen & target[:, None]).sum(0)
            f1 = 2 * hits / np.maximum(1, seen.sum(0) + target.sum())
            self.choice.append(int(f1.argmax()))
        self.type = max(set(data.types), key=list(data.types).count)

    def scores(self, texts):
        found = self.found(texts)
        marks = found[:, self.choice].astype(float)
        return marks, np.full(len(texts), self.type), marks.sum(1)


class Linear:
    name = "TF-IDF + logistic regression"

    def fit(self, data):
        self.view = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        x = self.view.fit_transform(data.texts)
        fit = lambda x, y: LogisticRegression(C=10, solver="liblinear").fit(x, y)
        self.heads = []
        for at in range(data.labels.shape[1]):
            keep = data.labels[:, at] >= 0
            self.heads.append(fit(x[keep], data.labels[keep, at]))
        self.types = LogisticRegression(C=10, max_iter=300).fit(x, data.types)
        self.high = fit(x, data.high)

    def scores(self, texts):
        x = self.view.transform(texts)
        marks = np.column_stack([head.predict_proba(x)[:, 1] for head in self.heads])
        return marks, self.types.predict(x), self.high.predict_proba(x)[:, 1]


class FastText:
    name = "fastText"

    def train(self, lines, loss):
        import fasttext
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("\n".join(lines))
            file.flush()
            return fasttext.train_supervised(file.name, loss=loss, wordNgrams=2, minn=2, maxn=5, dim=50, lr=0.5,
                                             epoch=25, bucket=200000, thread=1, seed=1, verbose=0)

    def clean(self, text):
        return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))

    def fit(self, data):
        self.count = data.labels.shape[1]
        lines = []
        for text, labels in zip(data.texts, data.labels):
            if (labels >= 0).any():
                marks = [f"__label__{at}" for at in np.flatnonzero(labels == 1)] or ["__label__none"]
                lines.append(" ".join(marks) + " " + self.clean(text))
        self.heads = self.train(lines, "ova")
        both = zip(data.texts, data.types)
        self.types = self.train([f"__label__{kind} {self.clean(text)}" for text, kind in both], "softmax")
        both = zip(data.texts, data.high)
        self.high = self.train([f"__label__{int(high)} {self.clean(text)}" for text, high in both], "softmax")

    def predict(self, model, text):
        pairs = model.f.predict(self.clean(text) + "\n", -1, 0.0, "strict")
        return {label.removeprefix("__label__"): p for p, label in pairs}

    def scores(self, texts):
        marks = np.zeros((len(texts), self.count))
        for at, text in enumerate(texts):
            for label, p in self.predict(self.heads, text).items():
                if label != "none":
                    marks[at, int(label)] = p
        kinds = []
        for text in texts:
            found = self.predict(self.types, text)
            kinds.append(max(found, key=found.get))
        return marks, np.array(kinds), np.array([self.predict(self.high, text).get("1", 0.0) for text in texts])


def thresholds(marks, labels):
    """Of each column the cut of the best F1."""
    cuts = []
    for at in range(labels.shape[1]):
        keep = labels[:, at] >= 0
        score, target = marks[keep, at], labels[keep, at] == 1
        order = np.argsort(-score, kind="stable")
        hits = np.cumsum(target[order])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(1, target.sum()))
        cuts.append(score[order][int(f1.argmax())] if len(order) else 1.0)
    return np.maximum(np.array(cuts), 1e-6)


def report(rival, data, cuts, ordinary):
    marks, kinds, score = rival.scores(data.texts)
    found, hits, said, there, each = marks >= cuts, 0, 0, 0, []
    for at in range(data.labels.shape[1]):
        keep = data.labels[:, at] >= 0
        target, mark = data.labels[keep, at] == 1, found[keep, at]
        both = int((target & mark).sum())
        hits, said, there = hits + both, said + int(mark.sum()), there + int(target.sum())
        if target.any():
            each.append(2 * both / max(1, int(mark.sum()) + int(target.sum())))
    cells = [2 * hits / max(1, said + there), float(np.mean(each)), float((kinds == data.types).mean()),
             roc_auc_score(data.high, score)]
    if ordinary:
        rest = rival.scores(ordinary)[2]
        high = score[data.high]
        all_scores, target = np.concatenate([high, rest]), np.r_[np.ones(len(high)), np.zeros(len(rest))]
        cells.append(roc_auc_score(target, all_scores))
        cells.append(float((high > np.sort(rest)[-max(1, len(rest) // 100)]).mean()))
    return cells


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("training_data")
    args.add_argument("levels")
    args.add_argument("--lexicon", default="models/domain/lexicon.toml")
    args.add_argument("--real", nargs=2, metavar=("POSTS", "LEVELS"))
    args.add_argument("--ordinary", nargs="*", default=[])
    args = args.parse_args()
    levels = lambda path: {row["id"]: row["labelled_level"] for row in rows(path)}
    posts = rows(args.training_data)
    indicators = sorted({name for post in posts for name in post.get("indicators", {})})
    data = Data(posts, levels(args.levels), indicators)
    split = np.array([post["split"] == "train" for post in posts])
    train, test = data.part(split), data.part(~split)
    group = lambda post: int(hashlib.sha256(post["group"].encode()).hexdigest(), 16) % 5
    inner = np.array([group(post) != 0 for post in train.posts])
    ordinary = [row["text"] for path in args.ordinary for row in rows(path)]
    sets = [("synthetic test split", test)]
    if args.real:
        sets.append(("real posts", Data(rows(args.real[0]), levels(args.real[1]), indicators)))
    print(f"{'':32}{'':24}{'micro-F1':>9}{'macro-F1':>9}{'type':>8}{'AUROC':>8}{'ordinary':>9}{'at 1 %':>8}")
    for rival in (Lexicon(args.lexicon), Linear(), FastText()):
        rival.fit(train.part(inner))
        held_out = train.part(~inner)
        cuts = thresholds(rival.scores(held_out.texts)[0], held_out.labels)
        rival.fit(train)
        for name, part in sets:
            cells = report(rival, part, cuts, ordinary)
            print(f"{rival.name:32}{name:24}" + "".join(f"{cell:>8.3f} " for cell in cells), flush=True)


if __name__ == "__main__":
    sys.exit(main())
