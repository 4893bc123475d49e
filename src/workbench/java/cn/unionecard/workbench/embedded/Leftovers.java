package cn.unionecard.workbench.embedded;

import cn.unionecard.gateway.runtime.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Server processes that outlived the gateway that started them: all whose working folder is the
 * data folder. PostgreSQL and Redis both work inside their data folder, and so do PostgreSQL's
 * children, which may live a moment longer than a killed parent and would keep a new one out.
 *
 * <p>Call only while holding the folder's {@link FolderLock}.
 */
public final class Leftovers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Leftovers() {}

  /** Ends them: asks first by {@code signal}, kills what stays. */
  public static void end(Path dataFolder, String signal) throws IOException, InterruptedException {
    if (!Files.isDirectory(dataFolder)) {
      return;
    }
    Path real = dataFolder.toRealPath();
    List<ProcessHandle> left = workingIn(real);
    for (ProcessHandle process : left) {
      if (process.parent().filter(left::contains).isEmpty()) {
        ServerProcess.signal(process.pid(), signal); // its children follow it
      }
    }
    if (!allGone(left)) {
      workingIn(real).forEach(ProcessHandle::destroyForcibly);
      if (!allGone(left) && !workingIn(real).isEmpty()) {
        throw new CannotStart("processes that use " + dataFolder + " cannot be ended: " + left);
      }
    }
  }

  private static List<ProcessHandle> workingIn(Path real) {
    return ProcessHandle.allProcesses().filter(process -> worksIn(process, real)).toList();
  }

  private static boolean worksIn(ProcessHandle process, Path real) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .equals(real);
    } catch (IOException goneOrNotOurs) {
      return false;
    }
  }

  private static boolean allGone(List<ProcessHandle> processes) throws InterruptedException {
    CompletableFuture<?>[] exits =
        processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(exits).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException stillThere) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
