package holdfast.pairing;

/// How this companion presents itself. `displayName`: what the phone lists (a browser's or
/// system's name); `revision`: the claimed WhatsApp Web revision, the N of `2.3000.N`.
public record Device(String displayName, long revision) {
  /// As a browser on a system: pairing by code wants this form, else the real server answers 400.
  public String codeDisplayName() {
    return "Chrome (" + displayName + ")";
  }

  public String version() {
    return "2.3000." + revision;
  }
}
