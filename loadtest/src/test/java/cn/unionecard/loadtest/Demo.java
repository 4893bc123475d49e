package cn.unionecard.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code demo.json} says, or another file of that form: {@code https}, {@code ca} (a file), {@code
 * terminals[]} with {@code id}, {@code status}, {@code key} (a file) or {@code token}, {@code
 * merchantStatus} and {@code category}; for staff {@code staff[]} with {@code login} and {@code
 * password}, and {@code staffToken}.
 *
 * @param folder where it lies
 * @param base {@code https://host:port}
 * @param ca PEM of the authority of the gateway's certificate
 * @param passwords of staff, by login
 * @param staffToken of somebody who reads the feed
 */
record Demo(
    Path folder,
    String base,
    String ca,
    List<Terminal> terminals,
    Map<String, String> passwords,
    String staffToken) {

  /**
   * A till.
   *
   * @param key PEM (PKCS#8) of its device key; empty where the file gives a token
   * @param token empty where the file gives a key
   * @param merchantStatus such as {@code LIVE} or {@code SUSPENDED}
   * @param category of 吃住行游购娱, such as {@code EAT}
   */
  record Terminal(String id, String key, String token, String merchantStatus, String category) {}

  /** Reads the file; {@code base} replaces the demo's address unless it is empty. */
  static Demo read(Path file, String base) {
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      Path folder = file.toAbsolutePath().getParent();
      List<Terminal> terminals = new ArrayList<>();
      for (JsonNode terminal : json.required("terminals")) {
        if (terminal.required("status").asText().equals("ACTIVE")) {
          terminals.add(
              new Terminal(
                  terminal.required("id").asText(),
                  terminal.has("token") ? "" : text(folder, terminal.required("key").asText()),
                  terminal.path("token").asText(),
                  terminal.required("merchantStatus").asText(),
                  terminal.path("category").asText()));
        }
      }
      Map<String, String> passwords = new HashMap<>();
      for (JsonNode account : json.path("staff")) {
        passwords.put(account.path("login").asText(), account.path("password").asText());
      }
      return new Demo(
          folder,
          base.isEmpty() ? json.required("https").asText() : base,
          text(folder, json.required("ca").asText()),
          List.copyOf(terminals),
          Map.copyOf(passwords),
          json.path("staffToken").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path folder, String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  /**
   * The password of an account.
   *
   * @throws IllegalStateException if the file has none
   */
  String password(String login) {
    String password = passwords.get(login);
    if (password == null) {
      throw new IllegalStateException(Settings.DEMO + " has no password of " + login);
    }
    return password;
  }
}
