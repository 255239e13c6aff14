package io.throughline.logs;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * How text falls into words, for what is stored and what is searched alike: at everything that is no letter or digit,
 * in lower case. Thread-safe.
 */
final class Words extends Analyzer {

    /** Unicode's word rules join names at these; in logs java.lang.NullPointerException is three words. */
    private static final NormalizeCharMap JOINERS = joiners();

    @Override
    protected Reader initReader(String fieldName, Reader reader) {
        return new MappingCharFilter(JOINERS, reader);
    }

    @Override
    protected TokenStreamComponents createComponents(String fieldName) {
        var tokenizer = new StandardTokenizer();
        return new TokenStreamComponents(tokenizer, new LowerCaseFilter(tokenizer));
    }

    /** The words of a text, in their order. */
    List<String> of(String text) {
        List<String> words = new ArrayList<>();
        try (TokenStream stream = tokenStream("", new StringReader(text))) {
            var term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                words.add(term.toString());
            }
            stream.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    private static NormalizeCharMap joiners() {
        var map = new NormalizeCharMap.Builder();
        for (String joiner : List.of(".", "_", ":", "'", "\u2019", "\u00b7", ",", ";")) {
            map.add(joiner, " ");
        }
        return map.build();
    }
}
