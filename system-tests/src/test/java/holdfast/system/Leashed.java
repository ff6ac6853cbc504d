package holdfast.system;

import holdfast.gateway.Main;

/// The gateway in a process that doesn't outlive the one that started it, however that ends.
final class Leashed {
  private static final int KILLED = 137; // as a shell calls SIGKILL

  private Leashed() {}

  public static void main(String[] arguments) {
    ProcessHandle.current().parent().ifPresent(Leashed::endWith);
    Main.main(arguments);
  }

  private static void endWith(ProcessHandle parent) {
    var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(KILLED));
  }
}
