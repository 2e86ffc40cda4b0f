{#-
  The pinball (quantile) loss of an estimate, in money: ratio times what it fell short by, or one less ratio times what it
  was too high by. Koenker and Bassett 1978; the quantile itself has the smallest mean loss.
-#}
{% macro pinball_loss(actual, estimate, ratio) -%}
    case
        when {{ actual }} >= {{ estimate }} then {{ amount_times_ratio('(' ~ actual ~ ' - ' ~ estimate ~ ')', ratio) }}
        else {{ amount_times_ratio('(' ~ estimate ~ ' - ' ~ actual ~ ')', '(1 - ' ~ ratio ~ ')') }}
    end
{%- endmacro %}
