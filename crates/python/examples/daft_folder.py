"""Prepares a folder of photos with Daft and writes pictures and errors as Parquet.

    python daft_folder.py 's3://photos/**' pictures/
"""

from __future__ import annotations

import argparse

import daft

from group_picture.daft import prepare


def main() -> None:
    parser = argparse.ArgumentParser(description="Prepares photos with Daft.")
    parser.add_argument("photos", help="a glob of files, on disk or in an object store")
    parser.add_argument("out", help="the folder that the Parquet files are written to")
    parser.add_argument("--side", type=int, default=640, help="side of the pictures in pixels (640)")
    arguments = parser.parse_args()

    files = daft.from_glob_path(arguments.photos)
    # What cannot be read is null, and stays null: run those again. What is no photo has an error.
    files = files.with_column("photo", files["path"].download(on_error="null"))
    files = files.with_column("prepared", prepare(files["photo"], side=arguments.side))
    done = files.select("path", files["prepared"]["picture"], files["prepared"]["error"])
    done.write_parquet(arguments.out, write_mode="overwrite")

    told = daft.read_parquet(f"{arguments.out}/*.parquet")
    counts = told.agg(told["picture"].count().alias("pictures"), told["error"].count().alias("errors")).to_pydict()
    print(f"{counts['pictures'][0]} pictures, {counts['errors'][0]} errors")


if __name__ == "__main__":
    main()
