/* What a loss of power leaves: a copy of each database file as it was when it was last synced.
 *
 * Preloaded into the processes of a fault run. After fsync or fdatasync of a file below
 * $POWERCUT_FOLDER its whole content goes to FILE.synced; `powercut.py` puts these copies back once
 * the processes are killed, so that every write since the last sync is gone. A removed file loses
 * its copy, too. Only for SQLite's files of a few megabytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static int watched(const char *path) {
    const char *folder = getenv("POWERCUT_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder)) && strstr(path, ".db") &&
           !strstr(path, "-shm") && !strstr(path, ".synced");
}

static void keep(int fd) {
    char link[64], path[PATH_MAX], copy[PATH_MAX + 32], lock[PATH_MAX + 32], *block;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return;
    path[length] = 0;
    if (!watched(path)) return;
    snprintf(lock, sizeof lock, "%s.synced-lock", path);
    snprintf(copy, sizeof copy, "%s.synced-new", path);
    int guard = open(lock, O_CREAT | O_RDWR, 0600);
    if (guard < 0 || flock(guard, LOCK_EX)) return; /* the later sync is the later copy */
    int from = open(path, O_RDONLY), to = open(copy, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (from >= 0 && to >= 0 && (block = malloc(1 << 20))) {
        ssize_t got;
        while ((got = read(from, block, 1 << 20)) > 0)
            if (write(to, block, got) != got) break;
        free(block);
        char kept[PATH_MAX + 32];
        snprintf(kept, sizeof kept, "%s.synced", path);
        rename(copy, kept);
    }
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    close(guard);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    int done = real(fd);
    if (!done) keep(fd);
    return done;
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    int done = real(fd);
    if (!done) keep(fd);
    return done;
}

int unlink(const char *path) {
    static int (*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    char kept[PATH_MAX + 32];
    if (watched(path)) {
        snprintf(kept, sizeof kept, "%s.synced", path);
        real(kept);
    }
    return real(path);
}
