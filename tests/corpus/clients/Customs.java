import java.util.List;
import java.util.Map;

/** Prints the customs that pages of contracts show, as a library for JSON would. */
public class Customs {
    static Map<String, Map<String, Object>> customs() {
        return Map.ofEntries(/* CUSTOMS */);
    }

    static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return "{" + String.join(",", map.entrySet().stream().map(each -> json(each.getKey()) + ":" + json(each.getValue())).toList()) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(Customs::json).toList()) + "]";
        }
        return value instanceof String text ? quoted(text) : String.valueOf(value);
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder();
        text.chars().forEach(unit -> out.append(String.format("\\u%04x", unit)));
        return "\"" + out + "\"";
    }

    public static void main(String[] arguments) {
        System.out.println(json(customs()));
    }
}
