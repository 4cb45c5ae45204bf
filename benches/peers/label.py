#!/usr/bin/env python3
"""Our label models beside scikit-learn and fastText, on the same folds.

Reads the CSV that `waspada train --label COLUMN --folds K --fold-file FILE` writes, fits each rival to
the other folds of each fold, and prints mean and deviation over folds. Rivals are tuned as ours is:
the strength of the penalty and the thresholds are picked on inner folds of the training texts.

    pip install scikit-learn fasttext-wheel
    python benches/peers/label.py folds.csv posts.jsonl [--text-column text] [--label label]

Both F1 are told: at the rivals' own cut (a half, or the most probable label), and at the threshold
picked on inner folds. Needs Python 3.10; fastText is left out where its wheel is not installed.
"""

import argparse
import csv
import json
import sys
import tempfile

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve
from sklearn.model_selection import StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

try:
    import fasttext
except ImportError:
    fasttext = None

INNER = 3
STRENGTHS = [1.0, 10.0, 100.0]
RATES = [0.1, 0.3, 1.0]


def texts_of(path, column):
    """Line number to text, for JSON lines, CSV and TSV."""
    if path.endswith((".csv", ".tsv")):
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, delimiter="\t" if path.endswith(".tsv") else ",")
            found, line = {}, 2
            for row in rows:
                found[line] = row[column]
                line = rows.line_num + 1
            return found
    with open(path, encoding="utf-8") as file:
        return {n: json.loads(line)[column] for n, line in enumerate(file, 1) if line.strip()}


class SklearnPeer:
    """TF-IDF and logistic regression."""

    def __init__(self, strength, many, **features):
        fit = LogisticRegression(C=strength, solver="liblinear", max_iter=1000)
        head = OneVsRestClassifier(fit) if many else fit
        self.pipe = make_pipeline(TfidfVectorizer(sublinear_tf=True, **features), head)

    def fit(self, texts, labels):
        self.pipe.fit(texts, labels)
        return self

    def probabilities(self, texts, classes):
        assert list(self.pipe.classes_) == list(classes)
        return self.pipe.predict_proba(texts)


class FastTextPeer:
    """fastText, supervised; one thread, so that a run can be repeated."""

    def __init__(self, **settings):
        self.settings = settings

    @staticmethod
    def line(text):
        return " ".join(text.split())

    def fit(self, texts, labels):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            names = {label: f"__label__{n}" for n, label in enumerate(sorted(set(labels)))}
            for text, label in zip(texts, labels):
                file.write(f"{names[label]} {self.line(text)}\n")
            file.flush()
            self.model = fasttext.train_supervised(
                file.name, thread=1, verbose=0, seed=1, **self.settings
            )
        return self

    def probabilities(self, texts, classes):
        rows = np.zeros((len(texts), len(classes)))
        for row, text in enumerate(texts):
            # `predict` of the wheel fails with NumPy 2; the call below it does not.
            for share, name in self.model.f.predict(self.line(text) + "\n", -1, 0.0, "strict"):
                rows[row, int(name.removeprefix("__label__"))] = share
        return rows


def best_threshold(target, score):
    precision, recall, thresholds = precision_recall_curve(target, score)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return thresholds[np.argmax(f1[:-1])]


def own_cut(shares):
    return np.argmax(shares, axis=1)


def decide(shares, thresholds):
    def odds(p):
        p = np.clip(p, 1e-12, 1 - 1e-12)
        return np.log(p / (1 - p))

    return np.argmax(odds(shares) - odds(np.asarray(thresholds)), axis=1)


def thresholds_of(shares, target, count):
    if count == 2:
        rare = 1 if 2 * sum(target == 1) <= len(target) else 0
        found = best_threshold(target == rare, shares[:, rare])
        return [1 - found, found] if rare else [found, 1 - found]
    return [best_threshold(target == label, shares[:, label]) for label in range(count)]


def figures(shares, cut, target, count):
    labels = range(count)
    precision = [average_precision_score(target == label, shares[:, label]) for label in labels]
    return precision, f1_score(target, cut, labels=list(labels), average=None, zero_division=0)


def run(name, candidates, data, classes):
    """The figures of each fold; of several candidates the best on inner folds is taken."""
    texts, labels, folds = data
    count, found = len(classes), []
    target = np.searchsorted(classes, labels)
    for fold in sorted(set(folds)):
        seen, held = folds != fold, folds == fold
        tried = []
        parts = StratifiedKFold(INNER, shuffle=True, random_state=0).split(texts[seen], labels[seen])
        parts = list(parts)
        for make in candidates:
            inner = np.zeros((seen.sum(), count))
            for fit, rest in parts:
                peer = make().fit(list(texts[seen][fit]), list(labels[seen][fit]))
                inner[rest] = peer.probabilities(list(texts[seen][rest]), classes)
            merit = np.mean(figures(inner, own_cut(inner), target[seen], count)[0])
            tried.append((merit, -len(tried), make, inner))
        _, _, make, inner = max(tried, key=lambda one: one[:2])
        shares = make().fit(list(texts[seen]), list(labels[seen])).probabilities(list(texts[held]), classes)
        limits = thresholds_of(inner, target[seen], count)
        precision, own = figures(shares, own_cut(shares), target[held], count)
        _, picked = figures(shares, decide(shares, limits), target[held], count)
        found.append((precision, own, picked))
    show(name, found, classes)


def show(name, found, classes):
    columns = list(classes) if len(classes) > 2 else [classes[1]]
    for at, label in [*enumerate(classes), (None, "mean of labels")]:
        if at is None and len(columns) == 1:
            continue
        cells = []
        for kind in range(3):
            values = [np.mean(fold[kind]) if at is None else fold[kind][at] for fold in found]
            cells.append(f"{np.mean(values):.4f} ± {np.std(values):.4f}")
        print(f"{name:<34} {label:<16} " + "  ".join(cells), flush=True)


def ours(rows, classes):
    shares = np.array([[float(row[f"p:{label}"]) for label in classes] for row in rows])
    target = np.searchsorted(classes, [row["label"] for row in rows])
    cut = np.searchsorted(classes, [row["predicted"] for row in rows])
    folds = np.array([int(row["fold"]) for row in rows])
    found = []
    for fold in sorted(set(folds)):
        held = folds == fold
        precision, own = figures(shares[held], own_cut(shares[held]), target[held], len(classes))
        _, picked = figures(shares[held], cut[held], target[held], len(classes))
        found.append((precision, own, picked))
    show("waspada", found, classes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fold_file", help="what `--fold-file` wrote, of one input file")
    parser.add_argument("posts", help="the labelled texts: the same input file")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--only", default="", help="run only rivals whose name has this in it")
    arguments = parser.parse_args()
    by_line = texts_of(arguments.posts, arguments.text_column)
    with open(arguments.fold_file, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = np.array([by_line[int(row["line"])] for row in rows], dtype=object)
    labels = np.array([row["label"] for row in rows])
    folds = np.array([int(row["fold"]) for row in rows])
    classes = np.unique(labels)
    many = len(classes) > 2
    data = (texts, labels, folds)

    def sklearn(**features):
        return [lambda s=s: SklearnPeer(s, many, **features) for s in STRENGTHS]

    words, pieces = {"ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (2, 5)}
    peers = {
        "scikit-learn words 1-2, C 1": sklearn(**words)[:1],
        "scikit-learn words 1-2, tuned": sklearn(**words),
        "scikit-learn char_wb 2-5, C 1": sklearn(**pieces)[:1],
        "scikit-learn char_wb 2-5, tuned": sklearn(**pieces),
    }
    if fasttext is None:
        print("fastText is not installed and is left out", file=sys.stderr)
    else:
        plain = {"epoch": 50, "wordNgrams": 2, "dim": 50, "bucket": 200_000}

        def fast(**settings):
            return [lambda lr=lr: FastTextPeer(lr=lr, **plain, **settings) for lr in RATES]

        peers["fastText words 1-2, tuned"] = fast()
        peers["fastText words, pieces 2-5, tuned"] = fast(minn=2, maxn=5)
    print(f"{'':<34} {'label':<16} {'PR-AUC':<17} {'F1, own cut':<17} F1, picked threshold")
    ours(rows, classes)
    for name, candidates in peers.items():
        if arguments.only in name:
            run(name, candidates, data, classes)


if __name__ == "__main__":
    main()
