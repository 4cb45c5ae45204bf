#!/usr/bin/env python3
"""Campaigns by `datasketch`, on the same file as `waspada campaigns`.

    cargo bench --bench campaigns -- write 100000 15 posts.jsonl
    taskset -c 0 waspada campaigns posts.jsonl --threads 1 -o out.jsonl
    cargo bench --bench campaigns -- judge posts.jsonl out.jsonl
    taskset -c 0 python3 benches/peers/campaigns.py posts.jsonl [--threshold 0.2] [--permutations 128]

MinHash over shingles of three words (two up to 16 words) of the text in lower case with digits as 0 and telephone numbers
taken out, LSH with the bands that `datasketch` chooses for the threshold, candidates verified by exact Jaccard, joined by
union-find. Prints posts a second, peak memory, and pair precision, recall and F1 by the group in each id. Needs datasketch.
"""
import argparse, collections, json, re, resource, time

import datasketch

PHONE = re.compile(r"\b(?:\+?62|0)8\d{7,12}\b")
WORD = re.compile(r"\w+")


def shingles(text):
    words = WORD.findall(re.sub(r"\d", "0", PHONE.sub(" ", text.lower())))
    run = 2 if len(words) <= 16 else 3
    return {" ".join(words[at : at + run]).encode() for at in range(max(1, len(words) - run + 1))}


def find(parents, at):
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at


def pairs(counts):
    return sum(n * (n - 1) // 2 for n in counts.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("posts")
    parser.add_argument("--threshold", type=float, default=0.2)
    parser.add_argument("--permutations", type=int, default=128)
    args = parser.parse_args()
    posts = [json.loads(line) for line in open(args.posts, encoding="utf-8")]

    started = time.time()
    sets = [shingles(post["text"]) for post in posts]
    lsh = datasketch.MinHashLSH(threshold=args.threshold, num_perm=args.permutations)
    parents = list(range(len(posts)))
    for at, hashes in enumerate(datasketch.MinHash.generator(sets, num_perm=args.permutations)):
        for other in lsh.query(hashes):
            one, two = sets[at], sets[other]
            shared = len(one & two)
            if find(parents, at) != find(parents, other) and shared >= args.threshold * (len(one) + len(two) - shared):
                parents[find(parents, at)] = find(parents, other)
        lsh.insert(at, hashes, check_duplication=False)
    seconds = time.time() - started

    planted, found, both = collections.Counter(), collections.Counter(), collections.Counter()
    for at, post in enumerate(posts):
        group, root = post["id"].split("-", 1)[1], find(parents, at)
        found[root] += 1
        if group != "loner":
            planted[group] += 1
            both[group, root] += 1
    shared = pairs(both)
    precision, recall = shared / max(1, pairs(found)), shared / max(1, pairs(planted))
    f1 = 2 * shared / max(1, pairs(found) + pairs(planted))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"datasketch {datasketch.__version__}: {len(posts)} posts, {len(posts) / seconds:.0f} a second, {memory:.0f} MiB, "
          f"bands {lsh.b} of {lsh.r}; precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


if __name__ == "__main__":
    main()
