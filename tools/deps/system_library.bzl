# SPDX-License-Identifier: MIT
"""A library that the system's package manager installed, as a Bazel repository."""

def _triplet(ctx):
    result = ctx.execute(["gcc", "-print-multiarch"])
    if result.return_code != 0:
        fail("\n\ngodwit: gcc is missing. Install it with:  tools/setup   (Debian package g++)\n")
    return result.stdout.strip()

def _system_library_impl(ctx):
    triplet = _triplet(ctx)
    root = ctx.attr.include_root.format(triplet = triplet)
    for header in ctx.attr.headers:
        source = ctx.path(root + "/" + header)
        if not source.exists:
            fail("\n\ngodwit: %s is missing. Install the Debian package %s, or run:  tools/setup --tests\n" %
                 (source, ctx.attr.package))
        ctx.symlink(source, "include/" + header)

    targets = []
    for name, link in ctx.attr.libraries.items():
        flags = [f.format(triplet = triplet) for f in link.split(" ") if f and not f.startswith(":")]
        deps = [d for d in link.split(" ") if d.startswith(":")]
        for flag in flags:
            if flag.startswith("/") and not ctx.path(flag).exists:
                fail("\n\ngodwit: %s is missing. Install the Debian package %s, or run:  tools/setup --tests\n" %
                     (flag, ctx.attr.package))
        targets.append("""
cc_library(
    name = {name},
    hdrs = glob(["include/**"]),
    includes = ["include"],
    linkopts = {flags},
    deps = {deps},
    visibility = ["//visibility:public"],
)
""".format(name = repr(name), flags = repr(flags), deps = repr(deps)))
    ctx.file("WORKSPACE", "workspace(name = %s)\n" % repr(ctx.name))
    ctx.file("BUILD.bazel", "".join(targets))

system_library = repository_rule(
    doc = "Wraps headers and libraries installed outside Bazel; fails with the package's name when one is missing.",
    implementation = _system_library_impl,
    attrs = {
        "package": attr.string(mandatory = True, doc = "The Debian package to name when something is missing."),
        "include_root": attr.string(default = "/usr/include", doc = "Folder that holds the headers."),
        "headers": attr.string_list(mandatory = True, doc = "Header files and folders under include_root."),
        "libraries": attr.string_dict(
            mandatory = True,
            doc = "Target name to link flags, separated by spaces; ':name' is a target of the same repository.",
        ),
    },
    local = True,
)
