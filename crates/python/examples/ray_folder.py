"""Prepares a folder of photos with Ray Data and writes pictures and errors as Parquet.

    python ray_folder.py s3://photos pictures/ --actors 16

On a cluster, start it there (``ray job submit``); without one it makes a local one with a core for each actor.
"""

from __future__ import annotations

import argparse

import ray

from group_picture.ray import Prepare


def main() -> None:
    parser = argparse.ArgumentParser(description="Prepares photos with Ray Data.")
    parser.add_argument("photos", help="a folder, on disk or in an object store")
    parser.add_argument("out", help="the folder that the Parquet files are written to")
    parser.add_argument("--side", type=int, default=640, help="side of the pictures in pixels (640)")
    parser.add_argument("--actors", type=int, default=2, help="actors, each with one core and one warm pipeline (2)")
    arguments = parser.parse_args()

    photos = ray.data.read_binary_files(arguments.photos, include_paths=True)
    done = photos.map_batches(
        Prepare,
        fn_constructor_kwargs={"side": arguments.side},
        batch_format="pyarrow",
        # A batch is in memory whole: 64 photos of 4 MB are 256 MB.
        batch_size=64,
        concurrency=arguments.actors,
    ).materialize()
    done.write_parquet(arguments.out)

    pictures = sum(len(batch) - batch["picture"].null_count for batch in done.iter_batches(batch_format="pyarrow"))
    print(f"{pictures} pictures, {done.count() - pictures} errors")


if __name__ == "__main__":
    main()
